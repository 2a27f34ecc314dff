//! What comes of failures, in the forms that people and other programs read.

mod html;
mod human;
mod json;
mod layout;
mod markdown;
mod sets;

use std::collections::BTreeMap;

use crate::failure::{
    Analysis, Effect, Kept, Kind, Lapse, Origin, Outcome, Survival, System, Told, Verdict, Words, after_loss,
    after_node_loss, time,
};

/// What was analysed, and what came of it.
#[derive(Debug)]
pub struct Surveyed<'a> {
    /// Of what.
    pub system: &'a System,
    /// Whose words mends use.
    pub origin: &'a Origin,
    /// Each failure with what it costs.
    pub survival: &'a Survival,
    /// Failures that were tried at a time.
    pub at_once: u32,
    /// What the profile demands, and whether it is so; none for manifests.
    pub guarantees: &'a [Kept<'a>],
    /// Smallest sets of losses that bring something down.
    pub cuts: &'a [Cut],
    /// How long each service is away in a year.
    pub estimates: &'a [Estimate],
    /// Whether people may see colors.
    pub color: bool,
}

/// What needs a person: the kind, which it is of in Markdown on one line, and whether something is lost that is missed.
pub type ByHand = (&'static str, String, bool);

/// The single failures of a system, in Markdown: the table with what would mend it, headed below the second level; and
/// those that need a person.
pub fn for_runbook(system: &System, origin: &Origin) -> (String, Vec<ByHand>) {
    let survival = Analysis::new(system).survival(1);
    let (guarantees, cuts, estimates) = (&[], &[], &[]);
    let surveyed =
        Surveyed { system, origin, survival: &survival, at_once: 1, guarantees, cuts, estimates, color: false };
    markdown::for_runbook(&surveyed)
}

/// Above what follows from the loss of one node.
const AFTER_LOSS: &str = "After the loss of one node, until it is back";

/// Losses that together bring something down; without any one of them it stays up.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The service; `None` for the whole.
    pub service: Option<String>,
    /// What is lost: `member`, `datastore`, `node` or `zone`, and its name.
    pub lost: Vec<(&'static str, String)>,
}

impl Cut {
    /// `zone a and web-2`.
    fn text(&self) -> String {
        let named = |(kind, name): &(&str, String)| if *kind == "zone" { format!("zone {name}") } else { name.clone() };
        let names: Vec<String> = self.lost.iter().map(named).collect();
        let of = self.service.as_deref().map(|service| format!("{service}: ")).unwrap_or_default();
        format!("{of}{}", names.join(" and "))
    }
}

/// How long a service is away.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Which; `None` for the whole.
    pub service: Option<String>,
    /// Expected minutes in a year.
    pub minutes_a_year: f64,
    /// What contributes most, in words, with its minutes in a year.
    pub largest: Vec<(String, f64)>,
}

/// A failure that was tried, with what is said of it.
struct Line<'a> {
    verdict: &'a Verdict,
    told: Told,
}

impl Line<'_> {
    fn effect(&self) -> &Effect {
        &self.verdict.effect
    }

    fn outcome(&self) -> Outcome {
        self.verdict.effect.outcome
    }

    /// Whether what is said of one can stand for the other, but for the names in it.
    fn is_like(&self, other: &Self) -> bool {
        let kind = |line: &Self| match line.verdict.faults.as_slice() {
            [fault] => Some(fault.kind),
            _ => None,
        };
        let same = (self.effect(), &self.told.mend) == (other.effect(), &other.told.mend);
        kind(self).is_some() && kind(self) == kind(other) && same
    }

    /// `node-loss of node-1 and node-loss of node-2`.
    fn failures(&self) -> String {
        let failures = self.verdict.faults.iter().map(|fault| failure(fault.kind, &fault.subject));
        failures.collect::<Vec<_>>().join(" and ")
    }

    /// `2.5-3.6 s`; `None` where there is nothing to see.
    fn interruption(&self) -> Option<String> {
        match self.effect().lapse {
            Some(lapse) => (lapse.max > 0).then(|| time(lapse)),
            None if self.outcome() == Outcome::Survives => None,
            None => Some("until mended".to_owned()),
        }
    }
}

impl<'a> Surveyed<'a> {
    fn lines(&self, verdicts: &'a [Verdict]) -> Vec<Line<'a>> {
        let words = Words::new(self.system, self.origin);
        verdicts.iter().map(|verdict| Line { verdict, told: words.of(verdict) }).collect()
    }

    /// What follows from the loss of one node, a line each.
    fn after_loss(&self) -> Vec<String> {
        let after = after_node_loss(self.system);
        after.map(|after| after_loss(self.system, &after, self.origin)).unwrap_or_default()
    }

    /// How many single failures have each outcome, the best first; those that none has are left out.
    fn counts(&self) -> Vec<(Outcome, usize)> {
        let of = |outcome: Outcome| self.survival.single.iter().filter(|it| it.effect.outcome == outcome).count();
        Outcome::ALL.iter().map(|(_, outcome)| (*outcome, of(*outcome))).filter(|(_, count)| *count > 0).collect()
    }

    /// The fewest failures at once that bring each service down, and the whole; `None` is the whole.
    fn fewest(&self) -> BTreeMap<Option<&str>, usize> {
        let mut fewest: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for cut in self.cuts {
            let least = fewest.entry(cut.service.as_deref()).or_insert(usize::MAX);
            *least = (*least).min(cut.lost.len());
        }
        fewest
    }

    /// `dev on k8s`.
    fn title(&self) -> String {
        if self.system.target.is_empty() {
            self.system.name.clone()
        } else {
            format!("{} on {}", self.system.name, self.system.target)
        }
    }
}

/// `node-loss of node-1, node-2` for lines that are alike.
fn heading(group: &[&Line<'_>]) -> String {
    let subjects = group.iter().flat_map(|line| &line.verdict.faults).map(|fault| fault.subject.as_str());
    match group {
        [one] => one.failures(),
        [first, ..] => {
            let kind = first.verdict.faults.first().map_or("", |fault| fault.kind.as_str());
            format!("{kind} of {}", subjects.collect::<Vec<_>>().join(", "))
        }
        [] => String::new(),
    }
}

/// `node-loss of node-1`.
fn failure(kind: Kind, subject: &str) -> String {
    format!("{} of {subject}", kind.as_str())
}

/// Seconds of a time, to the millisecond.
fn seconds(lapse: Lapse) -> (f64, f64) {
    // What is longer than the numbers that are exact here is longer than any deployment lasts.
    let exact = |millis: u64| f64::from(u32::try_from(millis).unwrap_or(u32::MAX)) / 1_000.0;
    (exact(lapse.min), exact(lapse.max))
}

/// A way to write what is survived.
#[derive(Debug)]
pub struct Format {
    /// What users call it.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Writes it.
    pub write: fn(&Surveyed<'_>) -> String,
}

/// All of them, the default first.
pub const FORMATS: &[Format] = &[human::FORMAT, json::FORMAT, markdown::FORMAT, html::FORMAT];

#[cfg(test)]
mod tests {
    use super::FORMATS;

    #[test]
    fn no_two_formats_have_one_name() {
        for format in FORMATS {
            assert_eq!(FORMATS.iter().filter(|other| other.name == format.name).count(), 1, "{}", format.name);
        }
    }
}
