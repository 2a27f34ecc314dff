//! The chance that a part serves, given which of its members' nodes are there.

use super::super::stands::stands;
use super::super::system::{Part, Role, Shape};
use super::{Cause, Rate, Rates, hours};

/// The chance that one member is away though its node is there. Of what somebody else runs, that all of it is.
pub(super) fn away(index: usize, part: &Part, rates: &Rates, without: Option<Cause>) -> f64 {
    let process = if without == Some(Cause::Processes(index)) {
        0.0
    } else {
        match part.role {
            Role::External => rates.external.away(),
            Role::Balancer => started_again(part, rates.balancer).away(),
            _ => started_again(part, rates.process).away(),
        }
    };
    let disk = if has_disk(part) && without != Some(Cause::Disks(index)) { rates.disk.away() } else { 0.0 };
    1.0 - (1.0 - process) * (1.0 - disk)
}

/// Whether a disk of its own can fail it.
pub(super) fn has_disk(part: &Part) -> bool {
    part.keeps.on_node() && part.role != Role::External
}

/// What a person mends, unless it is started again before.
fn started_again(part: &Part, rate: Rate) -> Rate {
    Rate { hours: part.clocks.restart.map_or(rate.hours, hours), ..rate }
}

/// The chance that a part serves. `there` says of each member whether its node is, `away` is the chance that a member
/// is not though its node is; `votes` is whether enough of those that vote are there.
pub(super) fn serves(part: &Part, there: &[bool], away: f64, votes: bool) -> f64 {
    if part.role == Role::External {
        return if there.iter().all(|it| *it) { 1.0 - away } else { 0.0 };
    }
    // Where one member cannot be replaced by any other, it is looked at by itself; the others are alike.
    let (first, mut chance) = match part.shape {
        Shape::PrimaryReplica { automatic: false, .. } if !there.is_empty() => (1, 1.0 - away),
        _ => (0, 1.0),
    };
    if first == 1 && !there[0] {
        return 0.0;
    }
    let up: Vec<usize> = (first..there.len()).filter(|member| there[*member]).collect();
    let lost: Vec<usize> = (first..there.len()).filter(|member| !there[*member]).collect();
    let counts = counts(up.len(), away);
    let stands_with = |gone: usize| {
        let mut missing = lost.clone();
        missing.extend(&up[..gone]);
        stands(part, &missing, votes)
    };
    chance *= (0..=up.len()).filter(|gone| stands_with(*gone)).map(|gone| counts[gone]).sum::<f64>();
    chance
}

/// The chance that as many of those that vote are there as must agree.
pub(super) fn votes(there: &[bool], away: f64, agree: usize) -> f64 {
    let up = there.iter().filter(|it| **it).count();
    counts(up, away).iter().enumerate().filter(|(gone, _)| up - gone >= agree).map(|(_, chance)| chance).sum()
}

/// The chances that none, one, two ... of so many are away.
fn counts(of: usize, away: f64) -> Vec<f64> {
    let mut chances = vec![1.0];
    for _ in 0..of {
        let mut next = vec![0.0; chances.len() + 1];
        for (gone, chance) in chances.iter().enumerate() {
            next[gone] += chance * (1.0 - away);
            next[gone + 1] += chance * away;
        }
        chances = next;
    }
    chances
}
