//! What becomes of members, as the drawing shows it.

use std::collections::BTreeMap;

use crate::failure::{Hit, How, Outcome, Reason, Shape, System, Verdict};

/// What becomes of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Index of its part.
    pub part: usize,
    /// Its index there.
    pub member: usize,
    /// Whether it is hit; otherwise it takes the place of one that is, or serves on beside it.
    pub hit: bool,
    /// In a word or two.
    pub what: &'static str,
}

/// The members that a failure hits, then those that take their place, in the system's order.
pub fn marks(system: &System, verdict: &Verdict) -> Vec<Mark> {
    let mut hits: BTreeMap<(usize, usize), Hit> = BTreeMap::new();
    for hit in verdict.faults.iter().flat_map(|fault| &fault.hits) {
        // What is worse comes later.
        let worst = hits.entry((hit.part, hit.member)).or_insert(*hit);
        *worst = (*worst).max(*hit);
    }
    let mut marks: Vec<Mark> = hits
        .iter()
        .map(|((part, member), hit)| Mark { part: *part, member: *member, hit: true, what: word(hit.how) })
        .collect();
    for (part, effect) in &verdict.parts {
        let others = (0..system.parts[*part].members.len()).filter(|member| !hits.contains_key(&(*part, *member)));
        let stopped = matches!(effect.outcome, Outcome::Down | Outcome::DataLoss) && effect.left == 0;
        let leads = hits.values().any(|hit| hit.part == *part && hit.primary && hit.member == 0);
        let what = match (effect.reason, system.parts[*part].shape) {
            (Reason::NoMajority | Reason::VotersShort | Reason::NobodyElects, _) => "cannot take over",
            (Reason::ReadsOnly, _) => "is read only",
            (_, Shape::PrimaryReplica { automatic: true, .. }) if leads => "may take over",
            _ => "serves on",
        };
        if !stopped {
            marks.extend(others.map(|member| Mark { part: *part, member, hit: false, what }));
        }
    }
    marks
}

fn word(how: How) -> &'static str {
    match how {
        How::Restarted => "restarts",
        How::Rolled => "is replaced",
        How::Drained => "is drained",
        How::Crashed => "crashed",
        How::Slow => "starts slowly",
        How::Hung => "hangs",
        How::CutOff => "cut off",
        How::NodeLost => "lost",
        How::Gone => "gone",
        How::DiskLost => "disk lost",
    }
}
