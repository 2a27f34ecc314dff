//! What a control plane survives, computed: which failures are tried, what each costs, and why.
//!
//! The analysis knows a [`System`] of parts with members, needs and clocks, and nothing of profiles, targets and
//! services' names. What a failure costs a part follows from the part's shape and from what happens to its members;
//! what it costs the whole is the worst that it costs anything the whole needs.

mod after;
mod combined;
mod cut;
mod demand;
mod effect;
mod estimate;
mod fault;
mod guarantee;
mod hit;
mod lower;
mod own;
mod read;
mod stands;
mod system;
mod words;

pub use after::{AfterLoss, Next, Placed, Room, Short, after_node_loss};
pub use cut::{CutSet, Cuts, Lost};
pub use demand::{Demands, demands};
pub use effect::{Effect, Loss, Outcome, Reason};
pub use estimate::{Cause, Estimate, Estimates, Rate, Rates};
pub use fault::{Fault, Kind, each, single};
pub use guarantee::{Kept, kept};
pub use hit::{Hit, How};
pub use lower::system;
pub use read::{Assumed, Read, read};
pub use system::{
    Amounts, Clocks, Keeps, Lapse, Member, Need, Node, Part, Role, Roll, Shape, System, Takeover, Update,
};
pub use words::{
    Form, Hand, Held, Key, Keys, Origin, Told, Words, after_loss, loss_in_short, of_placed, of_room, time,
};

use own::Around;

/// A failure and what it costs.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What goes wrong; several where they go wrong at once.
    pub faults: Vec<Fault>,
    /// What it costs the whole.
    pub effect: Effect,
    /// What it costs the services that it concerns, by their index in the system, in rising order. A service that is
    /// not among them is not touched.
    pub services: Vec<(usize, Effect)>,
    /// What it costs the parts that it hits, by index.
    pub parts: Vec<(usize, Effect)>,
    /// How many failures, or combinations, are like this one but for which of the members that stand in for one
    /// another is hit; at least 1, which is this one.
    pub alike: u64,
}

/// What comes of all failures that were tried.
#[derive(Debug, Clone)]
pub struct Survival {
    /// Each single one.
    pub single: Vec<Verdict>,
    /// Those of several at once that cost more than what is left of them without any one: in outcome, in what is lost,
    /// or, where it returns by itself, because nothing serves meanwhile or it takes ten times as long. The worst first,
    /// and of those that are alike the first.
    pub combined: Vec<Verdict>,
    /// How many of several at once were tried.
    pub tried: u64,
    /// How many that would stand in `combined` do not, because there are so many.
    pub more: u64,
}

/// A system with what follows from it, to try failures on.
#[derive(Debug)]
pub struct Analysis<'a> {
    system: &'a System,
    /// What clients call, by index.
    services: Vec<usize>,
    /// For each part, the services that work with it, by their place in `services`.
    users: Vec<Vec<usize>>,
    /// For each part, whether the whole fails without it.
    matters: Vec<bool>,
    /// For each part, how many of its members must agree where they do.
    agree: Vec<u32>,
}

/// Nodes that are away.
#[derive(Debug, Clone, Copy)]
enum Away<'a> {
    /// So many at most, which are too few for anybody to find no place.
    Few(usize),
    /// These, in rising order.
    Nodes(&'a [usize]),
}

impl<'a> Analysis<'a> {
    /// Of a system.
    pub fn new(system: &'a System) -> Self {
        let services: Vec<usize> = system.services().collect();
        let mut users = vec![Vec::new(); system.parts.len()];
        for (place, service) in services.iter().enumerate() {
            for part in system.closure(*service) {
                users[part].push(place);
            }
        }
        let mut agree: Vec<u32> = system.parts.iter().map(|part| count(part.members.len() / 2 + 1)).collect();
        for part in &system.parts {
            if let Some(voters) = part.voters() {
                let wanted = count(part.agreement(system.parts[voters].members.len()));
                agree[voters] = agree[voters].max(wanted);
            }
        }
        Self { system, services, users, matters: system.matters(), agree }
    }

    /// Every single failure, and every combination of up to `at_once`.
    pub fn survival(&self, at_once: u32) -> Survival {
        let faults = single(self.system);
        let single: Vec<Verdict> = faults.into_iter().map(|fault| self.verdict(vec![fault])).collect();
        let combined::Combined { kept, tried, more } = self.combined(at_once);
        Survival { single, combined: kept, tried, more }
    }

    /// What failures at once cost. They happen in any order, so what some of them cost is met on the way and counts.
    pub fn verdict(&self, faults: Vec<Fault>) -> Verdict {
        let parts = self.in_any_order(&faults.iter().collect::<Vec<_>>());
        let services = self.of_services(&parts);
        let effect = self.whole(&parts);
        Verdict { faults, effect, services, parts, alike: 1 }
    }

    /// What failures cost the parts that they hit, in rising order of the parts.
    fn in_any_order(&self, faults: &[&Fault]) -> Vec<(usize, Effect)> {
        let (hits, nodes) = Fault::together(faults);
        let mut parts = self.costs(&hits, Away::Nodes(&nodes));
        if faults.len() < 2 {
            return parts;
        }
        for without in 0..faults.len() {
            let fewer: Vec<&Fault> =
                faults.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, it)| *it).collect();
            for (part, before) in self.in_any_order(&fewer) {
                if let Ok(at) = parts.binary_search_by_key(&part, |(part, _)| *part) {
                    let effect = &mut parts[at].1;
                    *effect = Effect { left: effect.left, ..effect.with(before) };
                }
            }
        }
        parts
    }

    /// What hits cost the parts that they hit, in rising order of the parts, while nodes are away. Hits must be sorted.
    fn costs(&self, hits: &[Hit], away: Away<'_>) -> Vec<(usize, Effect)> {
        let groups: Vec<&[Hit]> = hits.chunk_by(|a, b| a.part == b.part).collect();
        let cost = |group: &&[Hit]| {
            let index = group[0].part;
            let voters = self.system.parts[index].voters().and_then(|voters| {
                let found = groups.binary_search_by_key(&voters, |group| group[0].part);
                found.ok().map(|at| groups[at])
            });
            (index, self.cost(index, group, voters.unwrap_or(&[]), away))
        };
        groups.iter().map(cost).collect()
    }

    /// What hits cost one part, with those on its voters, while nodes are away.
    fn cost(&self, index: usize, hits: &[Hit], on_voters: &[Hit], away: Away<'_>) -> Effect {
        let part = &self.system.parts[index];
        let all = self.system.nodes.len();
        let places = |part: &Part| {
            let left = match away {
                Away::Few(count) => all.saturating_sub(count),
                Away::Nodes(nodes) => self.system.places(part, nodes),
            };
            (all > 0).then(|| count(left))
        };
        let agree = |voters: usize| count(part.agreement(self.system.parts[voters].members.len()));
        let voters = match part.voters() {
            // More than there are never agree.
            Some(voters) if !on_voters.is_empty() || agree(voters) > count(self.system.parts[voters].members.len()) => {
                let agree = agree(voters);
                let nodes = places(&self.system.parts[voters]);
                let around = Around { nodes, voters: Some(Lapse::NONE), agree };
                own::agree(voters, &self.system.parts[voters], on_voters, around)
            }
            _ => Some(Lapse::NONE),
        };
        own::cost(index, part, hits, Around { nodes: places(part), voters, agree: self.agree[index] })
    }

    /// The worst of what each service works with, for those that work with any of these.
    fn of_services(&self, parts: &[(usize, Effect)]) -> Vec<(usize, Effect)> {
        let mut place = vec![usize::MAX; self.services.len()];
        let mut services: Vec<(usize, Effect)> = Vec::new();
        for (part, effect) in parts {
            for user in &self.users[*part] {
                let service = self.services[*user];
                let outside = self.seen_outside(*part, *effect, self.system.parts[*part].critical);
                if place[*user] == usize::MAX {
                    place[*user] = services.len();
                    let of = count(self.system.parts[service].members.len());
                    services.push((service, Effect::untouched(service, of)));
                }
                let worst = &mut services[place[*user]].1;
                *worst = worst.with(outside);
            }
        }
        services.sort_by_key(|(service, _)| *service);
        services
    }

    /// The worst that it costs any part that matters.
    fn whole(&self, parts: &[(usize, Effect)]) -> Effect {
        let of_any = parts.iter().map(|(part, effect)| self.seen_outside(*part, *effect, self.matters[*part]));
        let first = self.services.first().copied().unwrap_or(0);
        of_any.reduce(Effect::with).unwrap_or_else(|| Effect::untouched(first, 0))
    }

    /// What a part's loss is to those that work with it, or that do not depend on it.
    fn seen_outside(&self, part: usize, effect: Effect, critical: bool) -> Effect {
        let it = &self.system.parts[part];
        if critical && (it.role != Role::Voter || effect.outcome == Outcome::Survives) {
            return effect;
        }
        // Those that vote are asked when the primary is lost, and not before.
        let reason = if critical { effect.reason } else { Reason::NotCritical };
        let loss = if critical { Loss::None } else { effect.loss };
        // What comes back by itself without what it held is made anew without a person.
        let person = effect.person && (critical || effect.lapse.is_none());
        Effect { outcome: Outcome::Survives, lapse: None, reason, loss, person, ..effect }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
