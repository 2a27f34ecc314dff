//! Whether a part serves, by which of its members are there: nothing of what happens until then.

use super::hit::{Hit, How};
use super::system::{Part, Role, Shape};

/// Whether a part takes reads and writes while members are away. `votes` is whether as many are there that vote on its
/// primary as must agree. A primary of which nobody can say that it is another one counts as away with any member that
/// may have been it.
pub(super) fn stands(part: &Part, away: &[usize], votes: bool) -> bool {
    let of = part.members.len();
    let left = of.saturating_sub(away.len());
    match part.shape {
        _ if part.role == Role::External => away.is_empty(),
        Shape::AnyOf => left > 0,
        Shape::Quorum => left * 2 > of,
        Shape::PrimaryReplica { voters, followers, automatic } => {
            let elects = automatic && (votes || voters.is_none());
            let primary = elects || !away.iter().any(|member| part.may_lead(*member));
            let wanted = usize::try_from(followers).unwrap_or(usize::MAX).saturating_add(1);
            primary && left >= wanted.min(of.max(1))
        }
    }
}

/// The members that are away when everything that happens by itself has happened. `hits` are of this part, that
/// members are gone and that nodes are lost; `nodes` are those that are left, `None` where nothing is known of them.
pub(super) fn away(part: &Part, hits: &[Hit], nodes: Option<usize>) -> Vec<usize> {
    let mut struck: Vec<usize> = hits.iter().map(|hit| hit.member).collect();
    struck.sort_unstable();
    struck.dedup();
    let gone = |member: usize| hits.iter().any(|hit| hit.member == member && hit.how != How::NodeLost);
    let moves = part.clocks.moved.is_some() && part.role != Role::External;
    // One that nothing starts again has its place all the same.
    let stays = |member: usize| !hits.iter().any(|hit| hit.member == member && hit.how == How::NodeLost);
    let mut room = match nodes {
        _ if !moves => 0,
        Some(nodes) if part.apart => {
            nodes.saturating_sub((0..part.members.len()).filter(|member| stays(*member)).count())
        }
        Some(0) => 0,
        _ => usize::MAX,
    };
    struck.retain(|member| {
        let back = !gone(*member) && room > 0;
        room -= usize::from(back);
        !back
    });
    struck
}
