//! Minimal cut sets: what must be lost for good, at the least, for a service to stop.

use std::collections::{BTreeMap, BTreeSet};

use super::Analysis;
use super::hit::{Hit, How};
use super::stands::{away, stands};
use super::system::{Part, Role, Shape, System};

/// So many sets are looked at before a lower order must do.
const LIMIT: u64 = 4_000_000;

/// Something that is lost and does not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lost {
    /// A member of a part, a balancer's too, that nothing starts again.
    Member {
        /// Index of the part.
        part: usize,
        /// Its index there.
        member: usize,
    },
    /// A datastore of somebody else, by its part's index.
    External(usize),
    /// A node, by its index, with all that is on it.
    Node(usize),
    /// A zone, by its index, with all its nodes.
    Zone(usize),
}

/// A minimal set of losses, in rising order: all of them stop a service, and without any one of them it goes on.
pub type CutSet = Vec<Lost>;

/// The minimal cut sets of a system.
///
/// A set of lasting losses *brings down* a service if, after everything that happens by itself has happened (others
/// have taken over, members have moved to nodes that are left), its clients cannot both read and write any more: a
/// critical part that it works with has no member left, no majority, no primary, or too few copies to take writes.
/// That what was kept is lost does not count here, nor does a share of requests that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cuts {
    /// Sets of up to so many losses are all here. Lower than what was asked for where there was too much to look at.
    pub order: usize,
    /// What brings down anything that the whole fails without, the smallest first.
    pub whole: Vec<CutSet>,
    /// What brings down each service, by its index in the system.
    pub services: Vec<(usize, Vec<CutSet>)>,
}

impl Cuts {
    /// The fewest losses that bring down anything; `None` where it takes more than [`Cuts::order`].
    pub fn fewest(&self) -> Option<usize> {
        self.whole.first().map(Vec::len)
    }

    /// The fewest losses that bring down a service.
    pub fn fewest_of(&self, service: usize) -> Option<usize> {
        let (_, sets) = self.services.iter().find(|(index, _)| *index == service)?;
        sets.first().map(Vec::len)
    }
}

impl Analysis<'_> {
    /// All minimal cut sets of up to `order` losses; 3 is a usual order.
    pub fn cuts(&self, order: usize) -> Cuts {
        let mut search = Search { system: self.system, places: Places::of(self.system), looked: 0 };
        let mut of_parts: Vec<Vec<CutSet>> = vec![Vec::new(); self.system.parts.len()];
        let mut reached = 0;
        for size in 1..=order {
            let found: Option<Vec<Vec<CutSet>>> =
                of_parts.iter().enumerate().map(|(part, smaller)| search.of_size(part, size, smaller)).collect();
            let Some(found) = found else { break };
            for (sets, more) in of_parts.iter_mut().zip(found) {
                sets.extend(more);
            }
            reached = size;
        }
        let counts = |part: &usize| {
            let it = &self.system.parts[*part];
            it.critical && it.role != Role::Voter
        };
        let of_any = |parts: Vec<usize>| minimal(parts.iter().filter(|it| counts(it)).flat_map(|it| &of_parts[*it]));
        let services = self.services.iter().map(|it| (*it, of_any(self.system.closure(*it)))).collect();
        let whole = of_any((0..self.system.parts.len()).filter(|part| self.matters[*part]).collect());
        Cuts { order: reached, whole, services }
    }
}

/// Those of the sets that hold no other, the smallest first.
fn minimal<'a>(sets: impl Iterator<Item = &'a CutSet>) -> Vec<CutSet> {
    let all: BTreeSet<&CutSet> = sets.collect();
    let mut least: Vec<CutSet> = all.iter().filter(|set| !holds_another(set, &all)).map(|set| (*set).clone()).collect();
    least.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    least
}

fn holds_another(set: &CutSet, all: &BTreeSet<&CutSet>) -> bool {
    // Orders are small: every smaller set is looked up.
    let masks = 1..(1_u32 << set.len()) - 1;
    masks.into_iter().any(|mask| {
        let fewer: CutSet = set.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, it)| *it).collect();
        all.contains(&fewer)
    })
}

/// What stands where.
pub(super) struct Places {
    /// Nodes of each zone.
    pub(super) zones: Vec<Vec<usize>>,
}

impl Places {
    pub(super) fn of(system: &System) -> Self {
        let mut zones = vec![Vec::new(); system.zones.len()];
        for (index, node) in system.nodes.iter().enumerate() {
            if let Some(zone) = node.zone {
                zones[zone].push(index);
            }
        }
        Self { zones }
    }

    fn nodes(&self, lost: Lost) -> Vec<usize> {
        match lost {
            Lost::Node(node) => vec![node],
            Lost::Zone(zone) => self.zones[zone].clone(),
            Lost::Member { .. } | Lost::External(_) => Vec::new(),
        }
    }
}

/// Whether a part serves after losses that last.
pub(super) fn serves(system: &System, part: usize, lost: &[Lost], nodes: &BTreeSet<usize>) -> bool {
    let gone: Vec<usize> = nodes.iter().copied().collect();
    let away_of = |index: usize, again: bool| {
        let part = &system.parts[index];
        let hit = |member: usize, how: How| Hit { part: index, member, how, primary: true };
        let on_node = |member: &usize| part.members[*member].node.is_some_and(|node| nodes.contains(&node));
        let mut hits: Vec<Hit> =
            (0..part.members.len()).filter(on_node).map(|member| hit(member, How::NodeLost)).collect();
        for lost in lost {
            match *lost {
                Lost::Member { part, member } if part == index => hits.push(hit(member, How::Gone)),
                Lost::External(part) if part == index => {
                    hits.extend((0..system.parts[part].members.len()).map(|member| hit(member, How::Gone)));
                }
                _ => {}
            }
        }
        let left = (!system.nodes.is_empty()).then(|| system.places(part, &gone));
        away(part, &hits, if again { left } else { Some(0) })
    };
    let votes = system.parts[part].voters().is_none_or(|voters| {
        let all = system.parts[voters].members.len();
        all.saturating_sub(away_of(voters, true).len()) >= system.parts[part].agreement(all)
    });
    // Who asks those that vote before it serves again waits for them.
    let again = votes || !system.parts[part].clocks.takeover.asks;
    stands(&system.parts[part], &away_of(part, again), votes)
}

struct Search<'a> {
    system: &'a System,
    places: Places,
    looked: u64,
}

/// A loss and how much of one part it takes at most.
struct Touch {
    lost: Lost,
    members: usize,
    nodes: Vec<usize>,
}

/// What is asked of the sets of one part.
struct Wanted<'a> {
    part: usize,
    size: usize,
    touches: Vec<Touch>,
    /// A set must take so many members of the part and of its voters.
    members: usize,
    smaller: BTreeSet<&'a CutSet>,
}

impl Search<'_> {
    /// The minimal cut sets of one part with so many losses; `None` where there is too much to look at.
    fn of_size(&mut self, part: usize, size: usize, smaller: &[CutSet]) -> Option<Vec<CutSet>> {
        let touches = self.touches(part, size);
        let least = least(self.system, part);
        let wanted = Wanted { part, size, touches, members: least, smaller: smaller.iter().collect() };
        let mut found = Vec::new();
        self.extend(&wanted, &mut Vec::new(), 0, &mut found).then_some(found)
    }

    /// What takes something of a part or of its voters, or their places; what takes the most first.
    fn touches(&self, index: usize, size: usize) -> Vec<Touch> {
        let parts = [Some(index), self.system.parts[index].voters()];
        let mut taken: BTreeMap<Lost, usize> = BTreeMap::new();
        let mut places = usize::MAX;
        for index in parts.into_iter().flatten() {
            let part = &self.system.parts[index];
            for (number, member) in part.members.iter().enumerate() {
                let lost = if part.role == Role::External {
                    Lost::External(index)
                } else {
                    Lost::Member { part: index, member: number }
                };
                *taken.entry(lost).or_default() += 1;
                if let Some(node) = member.node {
                    *taken.entry(Lost::Node(node)).or_default() += 1;
                    if let Some(zone) = self.system.nodes[node].zone {
                        *taken.entry(Lost::Zone(zone)).or_default() += 1;
                    }
                }
            }
            if part.clocks.moved.is_some() {
                places = places.min(self.system.scarce(part));
            }
        }
        // Nodes on which no member stands are missed only where members would have to move there.
        let nodes = (0..self.system.nodes.len()).map(Lost::Node);
        let zones = (0..self.system.zones.len()).map(Lost::Zone);
        let mut takers: Vec<Lost> = nodes.chain(zones).collect();
        takers.sort_by_key(|lost| std::cmp::Reverse(self.places.nodes(*lost).len()));
        let most: usize = takers.iter().take(size).map(|lost| self.places.nodes(*lost).len()).sum();
        if most >= places {
            for lost in takers {
                taken.entry(lost).or_insert(0);
            }
        }
        let mut touches: Vec<Touch> =
            taken.into_iter().map(|(lost, members)| Touch { lost, members, nodes: self.places.nodes(lost) }).collect();
        touches.sort_by_key(|touch| (std::cmp::Reverse((touch.members, touch.nodes.len())), touch.lost));
        touches
    }

    /// Whether every set could be looked at.
    fn extend(&mut self, wanted: &Wanted, chosen: &mut Vec<usize>, from: usize, found: &mut Vec<CutSet>) -> bool {
        if chosen.len() == wanted.size {
            self.looked += 1;
            let mut set: CutSet = chosen.iter().map(|touch| wanted.touches[*touch].lost).collect();
            set.sort_unstable();
            if !holds_another(&set, &wanted.smaller) {
                let nodes = chosen.iter().flat_map(|touch| &wanted.touches[*touch].nodes).copied().collect();
                if !serves(self.system, wanted.part, &set, &nodes) {
                    found.push(set);
                }
            }
            return self.looked < LIMIT;
        }
        let taken: usize = chosen.iter().map(|touch| wanted.touches[*touch].members).sum();
        for at in from..wanted.touches.len() {
            // From here on each takes as much at the most.
            let most = wanted.touches[at].members.saturating_mul(wanted.size - chosen.len());
            if taken.saturating_add(most) < wanted.members {
                break;
            }
            chosen.push(at);
            let goes_on = self.extend(wanted, chosen, at + 1, found);
            chosen.pop();
            if !goes_on {
                return false;
            }
        }
        true
    }
}

/// How many members, of a part and of its voters together, must at least be away before it does not serve.
fn least(system: &System, index: usize) -> usize {
    let part: &Part = &system.parts[index];
    let of = part.members.len();
    match part.shape {
        _ if part.role == Role::External => 1,
        Shape::AnyOf => of,
        Shape::Quorum => of - of / 2,
        Shape::PrimaryReplica { automatic: false, .. } => 1,
        Shape::PrimaryReplica { voters, followers, .. } => {
            let copies = of.saturating_sub(usize::try_from(followers).unwrap_or(usize::MAX)).max(1);
            let voters = voters.map(|voters| system.parts[voters].members.len());
            voters.map_or(copies, |all| copies.min(2 + all.saturating_sub(part.agreement(all))))
        }
    }
}
