//! The states of nodes and zones, and the sum over them.
//!
//! A node, or a zone, is there, or it is away since so long: classes of that time are bounded by the times after which
//! members of lost nodes serve again on others. A repair takes the same time each time, so the time since the loss is
//! spread evenly over it. With both a node and its zone away, a member has moved when both are away for long enough.

use std::collections::BTreeMap;

use super::super::system::{Part, Role, System};
use super::{Cause, Rate, Rates, YEAR, chance, hours};

/// So many steps are done before the answer is that there are too many states.
const LIMIT: usize = 4_000_000;

/// What must serve, and where it stands.
pub(super) struct States<'a> {
    system: &'a System,
    /// After so many hours some members of a lost node serve again; rising.
    moved: Vec<f64>,
    /// Zones that count, by index.
    zones: Vec<usize>,
    /// Nodes that share no part with those of another group.
    groups: Vec<Group>,
}

/// Nodes, and the parts on them with those that vote on their primaries.
struct Group {
    nodes: Vec<usize>,
    parts: Vec<usize>,
}

impl<'a> States<'a> {
    pub(super) fn of(system: &'a System, parts: &[usize], rates: &Rates) -> Self {
        let moves = |part: &usize| system.parts[*part].clocks.moved;
        let mut with_voters: Vec<usize> = parts.to_vec();
        with_voters.extend(parts.iter().filter_map(|part| system.parts[*part].voters()));
        let mut moved: Vec<f64> = with_voters.iter().filter_map(moves).map(hours).collect();
        moved.sort_by(f64::total_cmp);
        moved.dedup();
        // Whether there is room depends on all nodes.
        let groups = if moved.is_empty() {
            groups(system, parts)
        } else {
            vec![Group { nodes: (0..system.nodes.len()).collect(), parts: parts.to_vec() }]
        };
        let mut zones: Vec<usize> =
            groups.iter().flat_map(|group| &group.nodes).filter_map(|node| system.nodes[*node].zone).collect();
        zones.sort_unstable();
        zones.dedup();
        if rates.zone.per_year <= 0.0 {
            zones.clear();
        }
        Self { system, moved, zones, groups }
    }

    /// Minutes a year in which not all parts serve.
    pub(super) fn minutes(&self, rates: &Rates, without: Option<Cause>) -> Option<f64> {
        let classes = self.moved.len() + 2;
        let states = |places: usize| classes.checked_pow(u32::try_from(places).ok()?);
        let of_groups: Option<usize> = self.groups.iter().try_fold(0_usize, |sum, group| {
            sum.checked_add(states(group.nodes.len())?.checked_mul(group.parts.len().max(1))?)
        });
        of_groups?.checked_mul(states(self.zones.len())?).filter(|steps| *steps <= LIMIT)?;
        let mut sum = Sum { states: self, rates, without, known: vec![BTreeMap::new(); self.system.parts.len()] };
        let zone = self.classes(rates.zone, without == Some(Cause::Zones));
        let node = self.classes(rates.node, without == Some(Cause::Nodes));
        let mut class_of_zone = vec![0; self.system.zones.len()];
        let mut down = 0.0;
        each_state(self.zones.len(), &zone, |classes, chance| {
            for (place, class) in self.zones.iter().zip(classes) {
                class_of_zone[*place] = *class;
            }
            let up: f64 = self.groups.iter().map(|group| 1.0 - sum.down(group, &node, &class_of_zone)).product();
            down += chance * (1.0 - up);
        });
        Some(down * YEAR)
    }

    /// The chances of the states of a place: there, and away for less and less short.
    fn classes(&self, rate: Rate, never: bool) -> Vec<f64> {
        let away = if never { 0.0 } else { rate.away() };
        let mut chances = vec![1.0 - away];
        let ends = self.moved.iter().copied().chain([f64::INFINITY]);
        let mut from = 0.0;
        for end in ends {
            let until = end.min(rate.hours.max(0.0));
            chances.push(if rate.hours > 0.0 { away * (until - from) / rate.hours } else { 0.0 });
            from = until;
        }
        chances
    }
}

/// Every combination of classes of so many places, with its chance; those that cannot be are left out.
fn each_state(places: usize, chances: &[f64], mut tell: impl FnMut(&[usize], f64)) {
    fn step(
        places: usize,
        chances: &[f64],
        so_far: &mut Vec<usize>,
        chance: f64,
        tell: &mut impl FnMut(&[usize], f64),
    ) {
        if so_far.len() == places {
            return tell(so_far, chance);
        }
        for (class, of_class) in chances.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            so_far.push(class);
            step(places, chances, so_far, chance * of_class, tell);
            so_far.pop();
        }
    }
    step(places, chances, &mut Vec::new(), 1.0, &mut tell);
}

struct Sum<'a> {
    states: &'a States<'a>,
    rates: &'a Rates,
    without: Option<Cause>,
    /// For each part, the chance that it serves by which members' nodes are there, and by the votes.
    known: Vec<BTreeMap<(Vec<bool>, bool), f64>>,
}

impl Sum<'_> {
    /// The chance that not all parts of a group serve.
    fn down(&mut self, group: &Group, node: &[f64], zones: &[usize]) -> f64 {
        let mut down = 0.0;
        let mut class_of_node = vec![0; self.states.system.nodes.len()];
        each_state(group.nodes.len(), node, |classes, chance| {
            for (place, class) in group.nodes.iter().zip(classes) {
                let zone = self.states.system.nodes[*place].zone.map_or(0, |zone| zones[zone]);
                // Away for the shorter of both times.
                class_of_node[*place] = match (*class, zone) {
                    (0, other) | (other, 0) => other,
                    (a, b) => a.min(b),
                };
            }
            down += chance * (1.0 - self.up(group, &class_of_node));
        });
        down
    }

    fn up(&mut self, group: &Group, nodes: &[usize]) -> f64 {
        let system = self.states.system;
        let mut up = 1.0;
        let mut by_voters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for part in &group.parts {
            match system.parts[*part].voters() {
                Some(voters) => by_voters.entry(voters).or_default().push(*part),
                None => up *= self.serves(*part, nodes, true),
            }
        }
        for (voters, parts) in by_voters {
            let there = self.there(&system.parts[voters], nodes);
            let away = chance::away(voters, &system.parts[voters], self.rates, self.without);
            let votes = chance::votes(&there, away, system.agreement(voters));
            let mut all = |with: bool| parts.iter().map(|part| self.serves(*part, nodes, with)).product::<f64>();
            up *= votes * all(true) + (1.0 - votes) * all(false);
        }
        up
    }

    fn serves(&mut self, index: usize, nodes: &[usize], votes: bool) -> f64 {
        let part = &self.states.system.parts[index];
        let key = (self.there(part, nodes), votes);
        if let Some(known) = self.known[index].get(&key) {
            return *known;
        }
        let away = chance::away(index, part, self.rates, self.without);
        let serves = chance::serves(part, &key.0, away, votes);
        self.known[index].insert(key, serves);
        serves
    }

    /// For each member whether it stands on a node that is there, or has moved to one.
    fn there(&self, part: &Part, nodes: &[usize]) -> Vec<bool> {
        let class = |node: Option<usize>| node.map_or(0, |node| nodes[node]);
        let mut there: Vec<bool> = part.members.iter().map(|member| class(member.node) == 0).collect();
        let Some(moved) = part.clocks.moved.filter(|_| part.role != Role::External).map(hours) else { return there };
        let needed = self.states.moved.iter().position(|time| *time >= moved).map_or(usize::MAX, |at| at + 2);
        let away: Vec<usize> = (0..nodes.len()).filter(|node| nodes[*node] != 0).collect();
        let left = self.states.system.places(part, &away);
        let stay = there.iter().filter(|it| **it).count();
        let mut room = match left {
            0 => 0,
            _ if part.apart => left.saturating_sub(stay),
            _ => usize::MAX,
        };
        for (member, there) in part.members.iter().zip(&mut there) {
            if !*there && room > 0 && class(member.node) >= needed {
                *there = true;
                room -= 1;
            }
        }
        there
    }
}

/// Nodes that are joined by parts, and those by their voters.
fn groups(system: &System, parts: &[usize]) -> Vec<Group> {
    let mut groups: Vec<(Group, Vec<usize>)> = Vec::new();
    for part in parts {
        let it = &system.parts[*part];
        let voters = it.voters();
        let members = it.members.iter().chain(voters.iter().flat_map(|voters| &system.parts[*voters].members));
        let mut new = (Group { nodes: members.filter_map(|m| m.node).collect(), parts: vec![*part] }, Vec::new());
        new.1.extend(voters);
        let joins = |(group, voters): &(Group, Vec<usize>)| {
            group.nodes.iter().any(|node| new.0.nodes.contains(node)) || voters.iter().any(|it| new.1.contains(it))
        };
        let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(joins);
        groups = apart;
        for (group, voters) in joined {
            new.0.nodes.extend(group.nodes);
            new.0.parts.extend(group.parts);
            new.1.extend(voters);
        }
        new.0.nodes.sort_unstable();
        new.0.nodes.dedup();
        groups.push(new);
    }
    groups.into_iter().map(|(group, _)| group).collect()
}
