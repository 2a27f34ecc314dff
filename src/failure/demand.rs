//! What a profile's author must be told of its failures: guarantees that are broken, and what is forgotten meanwhile.

use crate::diagnostic::Diagnostic;
use crate::topology::{Component, Guarantee, Platform, Topology};

use super::effect::{Effect, Loss, Outcome, Reason};
use super::words::{Keys, Origin, Words, loss_in_short, time};
use super::{Analysis, Fault, Kept, System, Verdict, kept, lower, single};

/// Failures that a message names; the others are counted.
const NAMED: usize = 3;

/// What is to be told of a topology as this system.
#[derive(Debug, Default)]
pub struct Demands {
    /// Guarantees that do not hold, at their places: errors.
    pub broken: Vec<Diagnostic>,
    /// What holds and surprises: warnings.
    pub warnings: Vec<Diagnostic>,
}

/// Tries every single failure.
pub fn demands(topology: &Topology, system: &System) -> Demands {
    let forgetful = topology.components.iter().any(|component| component.forgets_after.is_some());
    if topology.guarantees.is_empty() && !forgetful {
        return Demands::default();
    }
    let single = Analysis::new(system).survival(1).single;
    let kept = kept(&topology.guarantees, &single);
    let origin = Origin::Profile(Keys::of(topology, system));
    let words = Words::new(system, &origin);
    let broken = kept.iter().filter(|kept| !kept.is_kept()).map(|kept| told(kept, &words));
    let idle = kept.iter().filter(|kept| kept.tried == 0 && !elsewhere(topology, kept.guarantee));
    let idle = idle.map(|kept| nothing_tried(kept.guarantee));
    Demands { broken: broken.collect(), warnings: idle.chain(forgotten(topology, system, &single)).collect() }
}

fn told(kept: &Kept<'_>, words: &Words<'_>) -> Diagnostic {
    let guarantee = kept.guarantee;
    let mut worst = kept.broken_by.clone();
    worst.sort_by_key(|verdict| std::cmp::Reverse((verdict.effect.outcome, verdict.effect.lapse)));
    let mut lines: Vec<String> = worst.iter().take(NAMED).map(|verdict| line(verdict)).collect();
    if worst.len() > NAMED {
        lines.push(format!("and {} more", worst.len() - NAMED));
    }
    let message = format!("the guarantee `{}` is broken: {}", guarantee.text(), lines.join("; "));
    let mend = worst.first().and_then(|verdict| words.of(verdict).mend);
    let accept = worst.first().map(|verdict| accepts(guarantee, &verdict.effect));
    let help = match (mend, accept) {
        (Some(mend), Some(accept)) => format!("{}; or {accept}", mend.trim_end_matches('.')),
        (Some(mend), None) => mend,
        (None, accept) => accept.unwrap_or_default(),
    };
    Diagnostic::error("broken-guarantee", message).at(guarantee.span).help(help)
}

/// `node-loss of node-1: interrupted for 2.5-3.6 s`.
fn line(verdict: &Verdict) -> String {
    let faults: Vec<String> =
        verdict.faults.iter().map(|fault| format!("{} of {}", fault.kind.as_str(), fault.subject)).collect();
    let effect = &verdict.effect;
    let lapse = effect.lapse.map(|lapse| format!(" for {}", time(lapse))).unwrap_or_default();
    let loss = match effect.outcome {
        Outcome::DataLoss => loss_in_short(effect.loss).map(|loss| format!(" ({loss})")).unwrap_or_default(),
        _ => String::new(),
    };
    format!("{}: {}{lapse}{loss}", faults.join(" and "), effect.outcome.as_str())
}

/// The guarantee that this would keep.
fn accepts(guarantee: &Guarantee, effect: &Effect) -> String {
    let seconds = |millis: u64| format!("{}s", millis.div_ceil(1000).max(1));
    let against = guarantee.against;
    let kept = match (effect.outcome, effect.lapse, effect.loss) {
        (Outcome::DataLoss, Some(lapse), Loss::Bounded(bound)) => {
            format!("{{ within: {}, loses: {} }}", seconds(lapse.max), seconds(bound))
        }
        (Outcome::DataLoss, ..) => {
            return format!("leave it out, or `{against}: null` where it comes from a profile below");
        }
        (_, Some(lapse), _) if effect.outcome == Outcome::Interrupted => {
            format!("{{ within: {} }}", seconds(lapse.max))
        }
        (outcome, ..) => outcome.as_str().to_owned(),
    };
    format!("say what you accept: `{against}: {kept}`")
}

/// Whether there is something that the guarantee is against where the profile is rendered for another platform.
fn elsewhere(topology: &Topology, guarantee: &Guarantee) -> bool {
    let of_kind = |fault: &Fault| guarantee.kinds.contains(&fault.kind.as_str());
    Platform::ALL.iter().any(|(_, platform)| single(&lower::system(topology, *platform)).iter().any(of_kind))
}

fn nothing_tried(guarantee: &Guarantee) -> Diagnostic {
    let what = guarantee.kinds.join(" and ");
    let message = format!("the guarantee `{}` says nothing: there is no {what} here", guarantee.text());
    Diagnostic::warning("idle-guarantee", message)
        .at(guarantee.span)
        .help(format!("leave it out, or `{}: null` where it comes from a profile below", guarantee.against))
}

/// Services that forget what is not renewed while nobody can renew it.
fn forgotten<'a>(
    topology: &'a Topology,
    system: &'a System,
    single: &'a [Verdict],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let closures = system.closures();
    let long = move |component: &'a Component| {
        let keeps = component.forgets_after?;
        let works_with = &closures[system.part(component.name.as_str())?];
        // Only what keeps everybody out: where a share of the requests fails, what is asked again gets through.
        let whole = |(part, effect): &&(usize, Effect)| {
            works_with.binary_search(part).is_ok()
                && system.parts[*part].critical
                && effect.outcome == Outcome::Interrupted
                && !matches!(effect.reason, Reason::ShareUntilSeen | Reason::OthersServe)
        };
        let times = single.iter().flat_map(|verdict| {
            let lapses = verdict.parts.iter().filter(whole).filter_map(|(_, effect)| effect.lapse);
            lapses.filter(|lapse| lapse.max >= keeps.0).map(move |lapse| (lapse, verdict))
        });
        let (lapse, verdict) = times.max_by_key(|(lapse, _)| lapse.max)?;
        let name = &component.name;
        let fault = verdict.faults.first()?;
        let message = format!(
            "`{name}` forgets what is not renewed for {keeps}, and a {} of {} may keep its clients out for {}",
            fault.kind.as_str(),
            fault.subject,
            time(lapse)
        );
        let help = "let clients ask for a longer time, shorten the failover (`timing: fast`), or accept that all of \
                    them register again";
        Some(Diagnostic::warning("forgets-during-failover", message).at(component.span).help(help))
    };
    topology.components.iter().filter_map(long)
}
