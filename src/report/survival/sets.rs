//! What the analysis says by index, by name.

use super::{Cut, Estimate};
use crate::failure::{Cause, CutSet, Cuts, Estimates, Lost, System};

impl Cut {
    /// Those of the whole, then those of each service.
    pub fn all(system: &System, cuts: &Cuts) -> Vec<Self> {
        let of = |service: Option<&str>, sets: &[CutSet]| -> Vec<Self> {
            let cut = |set: &CutSet| {
                let lost = set.iter().map(|lost| named(system, *lost)).collect();
                Self { service: service.map(str::to_owned), lost }
            };
            sets.iter().map(cut).collect()
        };
        let mut all = of(None, &cuts.whole);
        all.extend(cuts.services.iter().flat_map(|(part, sets)| of(Some(&system.parts[*part].name), sets)));
        all
    }
}

fn named(system: &System, lost: Lost) -> (&'static str, String) {
    match lost {
        Lost::Member { part, member } => ("member", system.parts[part].members[member].name.clone()),
        Lost::External(part) => ("datastore", system.parts[part].name.clone()),
        Lost::Node(node) => ("node", system.nodes[node].name.clone()),
        Lost::Zone(zone) => ("zone", system.zones[zone].clone()),
    }
}

impl Estimate {
    /// `the whole: 3.6, most by nodes 2.8`.
    pub(super) fn text(&self) -> String {
        let largest: Vec<String> = self.largest.iter().map(|(what, minutes)| format!("{what} {minutes:.1}")).collect();
        let of = self.service.as_deref().unwrap_or("the whole");
        let by = if largest.is_empty() { String::new() } else { format!(", most by {}", largest.join(", ")) };
        format!("{of}: {:.1}{by}", self.minutes_a_year)
    }

    /// Of the whole, then of each service, where there are not too many states for an exact sum.
    pub fn all(system: &System, estimates: &Estimates) -> Vec<Self> {
        let cause = |cause: &Cause| match cause {
            Cause::Processes(part) => system.parts[*part].name.clone(),
            Cause::Disks(part) => format!("disks of {}", system.parts[*part].name),
            Cause::Nodes => "nodes".to_owned(),
            Cause::Zones => "zones".to_owned(),
        };
        let whole = [(None, estimates.whole.as_ref())];
        let services =
            estimates.services.iter().map(|(part, it)| (Some(system.parts[*part].name.clone()), it.as_ref()));
        let of = |(service, it): (Option<String>, Option<&crate::failure::Estimate>)| {
            let it = it?;
            let largest = it.largest.iter().map(|(of, minutes)| (cause(of), *minutes)).collect();
            Some(Self { service, minutes_a_year: it.minutes, largest })
        };
        whole.into_iter().chain(services).filter_map(of).collect()
    }
}
