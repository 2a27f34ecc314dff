//! The state after the loss of one node that does not come back: which members are placed again on the nodes that are
//! left, whether there is room for them, and what can still be done on purpose. For each part the node is lost that has
//! the most of its members.

use super::stands::stands;
use super::system::{Keeps, Part, Role, Roll, System, Update};

/// What follows for everything that stands on nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterLoss {
    /// Nodes that are left.
    pub nodes: usize,
    /// What is asked of them and what they have, of each resource of which that is stated.
    pub room: Vec<Room>,
    /// Each part with members on nodes, in the system's order.
    pub parts: Vec<Placed>,
}

/// What all members ask for that are placed, and what the nodes have that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// `cpu` or `memory`.
    pub resource: &'static str,
    /// Thousandths of a core, or bytes.
    pub asked: u64,
    /// As above.
    pub has: u64,
}

/// A part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its index.
    pub part: usize,
    /// Members that it should have.
    pub replicas: usize,
    /// Members that it has until the node is back.
    pub placeable: usize,
    /// Why these are fewer; `None` where they are not.
    pub short: Option<Short>,
    /// Whether these suffice for it to serve.
    pub serves: bool,
    /// What a drain of one more node does.
    pub drain: Next,
    /// What an update does.
    pub update: Next,
}

/// Why a member is not placed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Short {
    /// No node is left.
    NoNode,
    /// No two members may share a node, and each that is left has one.
    Apart,
    /// No zone takes a second one while another has no node.
    Zone,
    /// What it keeps is on the disk of the node.
    Disk,
    /// Nothing starts it on another node.
    Stays,
}

/// What becomes of something that is done on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// It goes on as ever.
    Goes,
    /// It waits until the node is back.
    Waits,
    /// It goes on, and leaves too few members to serve.
    Breaks,
}

impl Next {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Goes => "goes",
            Self::Waits => "waits",
            Self::Breaks => "breaks",
        }
    }
}

/// After the loss of one node; `None` where no nodes are known.
pub fn after_node_loss(system: &System) -> Option<AfterLoss> {
    let nodes = system.nodes.len().checked_sub(1)?;
    let parts: Vec<Placed> = (0..system.parts.len()).filter_map(|part| placed(system, part, nodes)).collect();
    let total = |asks: fn(&Part) -> Option<u64>| {
        let of = |it: &Placed| asks(&system.parts[it.part]).unwrap_or(0).saturating_mul(it.placeable as u64);
        parts.iter().map(of).fold(0, u64::saturating_add)
    };
    let all = |one: u64| one.saturating_mul(nodes as u64);
    let cpu = system.capacity.cpu.map(|has| Room { resource: "cpu", asked: total(|it| it.asks.cpu), has: all(has) });
    let memory =
        system.capacity.memory.map(|has| Room { resource: "memory", asked: total(|it| it.asks.memory), has: all(has) });
    Some(AfterLoss { nodes, room: cpu.into_iter().chain(memory).collect(), parts })
}

/// Members of a part on each node, the most first.
fn on_nodes(system: &System, part: &Part) -> Vec<usize> {
    let mut on = vec![0_usize; system.nodes.len()];
    part.members.iter().filter_map(|member| member.node).for_each(|node| on[node] += 1);
    on.sort_unstable_by(|a, b| b.cmp(a));
    on
}

/// How many members of a lost node are placed again, of the node after which it is the fewest.
fn again(system: &System, part: &Part, lost: usize) -> usize {
    if part.clocks.moved.is_none() {
        return 0;
    }
    let on = |node: usize| part.members.iter().filter(|member| member.node == Some(node)).count();
    let of = (0..system.nodes.len()).filter(|node| on(*node) == lost);
    let places = of.map(|node| system.places(part, &[node])).min().unwrap_or(0);
    lost.min(room(part, part.members.len() - lost, places))
}

/// Whether as many of those that vote on a part's primary are there as must agree.
fn votes(system: &System, part: &Part) -> bool {
    part.voters().is_none_or(|voters| {
        let voters = &system.parts[voters];
        let (of, lost) = (voters.members.len(), on_nodes(system, voters).first().copied().unwrap_or(0));
        of - lost + again(system, voters, lost) >= part.agreement(of)
    })
}

fn placed(system: &System, index: usize, nodes: usize) -> Option<Placed> {
    let part = &system.parts[index];
    let on = on_nodes(system, part);
    let lost = *on.first().filter(|lost| **lost > 0 && part.role != Role::External)?;
    let replicas = part.members.len();
    let again = again(system, part, lost);
    let placeable = replicas - lost + again;
    let votes = votes(system, part);
    let short = (placeable < replicas).then(|| match part.keeps {
        _ if nodes == 0 => Short::NoNode,
        _ if part.clocks.moved.is_some() && room(part, replicas - lost, nodes) >= lost => Short::Zone,
        _ if part.clocks.moved.is_some() => Short::Apart,
        Keeps::Disk | Keeps::Common => Short::Disk,
        _ => Short::Stays,
    });
    let stands_with = |members: usize| stands(part, &(members..replicas).collect::<Vec<_>>(), votes);
    // Those that were placed again may all stand on the next one.
    let next = (on.get(1).copied().unwrap_or(0) + if part.apart { 0 } else { again }).max(1);
    Some(Placed {
        part: index,
        replicas,
        placeable,
        short,
        serves: stands_with(placeable),
        drain: drain(part, placeable, next, nodes, stands_with),
        update: update(part, placeable, nodes, stands_with),
    })
}

/// For how many more members there are nodes.
fn room(part: &Part, there: usize, nodes: usize) -> usize {
    match nodes {
        0 => 0,
        _ if part.apart => nodes.saturating_sub(there),
        _ => usize::MAX,
    }
}

/// One more node is emptied on purpose, with so many members.
fn drain(part: &Part, placeable: usize, next: usize, nodes: usize, stands_with: impl Fn(usize) -> bool) -> Next {
    if part.clocks.undrained {
        return Next::Goes;
    }
    let missing = part.members.len() - placeable;
    let allowed = part.budget.map(|budget| usize::try_from(budget).unwrap_or(usize::MAX).saturating_sub(missing));
    if allowed == Some(0) {
        return Next::Waits;
    }
    let stay = placeable.saturating_sub(next);
    let fewer = nodes.saturating_sub(1);
    let again = if part.clocks.drained.is_some() { next.min(room(part, stay, fewer)) } else { 0 };
    // One after the other, each placed again before the next: without a budget all at the same time.
    let least = if allowed.is_some() && again == next { placeable.saturating_sub(1) } else { stay };
    let alone = placeable == 1 && again == 1;
    if stands_with(least) || alone { Next::Goes } else { Next::Breaks }
}

/// Each member is replaced by its next version.
fn update(part: &Part, placeable: usize, nodes: usize, stands_with: impl Fn(usize) -> bool) -> Next {
    let missing = part.members.len() - placeable;
    if part.clocks.roll == Roll::Stuck {
        return Next::Waits;
    }
    match part.clocks.update {
        Update::Parallel if placeable > 1 && missing > 0 && stands_with(placeable - 1) => Next::Waits,
        Update::Blind | Update::Parallel if placeable <= 1 || stands_with(placeable - 1) => Next::Goes,
        Update::Blind | Update::Parallel => Next::Breaks,
        Update::Surge { beside: false } if part.apart && nodes <= part.members.len() => Next::Waits,
        _ if missing > 0 => Next::Waits,
        Update::Counted | Update::Surge { .. } => Next::Goes,
    }
}
