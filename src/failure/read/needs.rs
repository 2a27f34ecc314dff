//! Who needs whom, as far as somebody says so.

use std::collections::{HashMap, HashSet};

use super::groups::own;
use super::remarks::{Remarks, Sentence};
use super::unit::{Unit, What};
use crate::failure::lower::clocks as known;
use crate::failure::words::{Form, Hand, Held};
use crate::failure::{Amounts, Clocks, Keeps, Lapse, Member, Need, Part, Role, Shape};

const ELSEWHERE: Sentence = (
    "{} is run by somebody else: what it survives is not said.",
    "{} are run by somebody else: what they survive is not said.",
);
const BEHIND: Sentence = (
    "Which services are behind {} is not said: those that publish no port are taken to be.",
    "Which services are behind {} is not said: those that publish no port are taken to be.",
);

/// What each unit cannot work without, as far as it says so.
pub(super) fn needs(
    units: &[Unit],
    named: &[Vec<(usize, bool)>],
    voters: &[Option<usize>],
    remarks: &mut Remarks,
) -> Vec<Vec<usize>> {
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    let is_store = |unit: usize| matches!(units[unit].what, What::Store(_));
    // Who asks the sentinels for a store means the store.
    let meant = |unit: usize| voters.iter().position(|it| *it == Some(unit)).unwrap_or(unit);
    let mut add = |of: usize, need: usize| {
        if of != need && !needs[of].contains(&need) {
            needs[of].push(need);
        }
    };
    for (index, unit) in units.iter().enumerate() {
        match unit.what {
            What::Store(_) => voters[index].into_iter().for_each(|it| add(index, it)),
            What::Sentinel => {}
            What::Service => {
                for (other, _) in &named[index] {
                    add(index, meant(*other));
                    // What is called through a balancer is what stands behind it.
                    if matches!(units[*other].what, What::Balancer) {
                        let behind = named[*other].iter().map(|(it, _)| meant(*it)).filter(|it| is_store(*it));
                        behind.for_each(|it| add(index, it));
                    }
                }
            }
            What::Balancer => {
                let services = named[index].iter().filter(|(it, _)| matches!(units[*it].what, What::Service));
                let mut behind: Vec<usize> = services.map(|(it, _)| *it).collect();
                if behind.is_empty() {
                    remarks.of(BEHIND, &unit.name);
                    let all = (0..units.len()).filter(|it| units[*it].form == Form::Service);
                    behind = all.filter(|it| matches!(units[*it].what, What::Service)).collect();
                }
                behind.into_iter().for_each(|it| add(it, index));
            }
        }
    }
    needs.iter_mut().for_each(|list| list.sort_unstable());
    needs
}

/// Lets those count that call a store's one server themselves: one may wait for an answer of what is gone until
/// something ends that.
pub(super) fn let_go(units: &[Unit], named: &[Vec<(usize, bool)>], parts: &mut [Part]) {
    for (index, part) in parts.iter_mut().enumerate() {
        if part.role != Role::Datastore || part.members.len() > 1 {
            continue;
        }
        let calls = |unit: &usize| named[*unit].iter().any(|(it, direct)| *it == index && *direct);
        let clients: Vec<&Unit> = (0..units.len()).filter(calls).map(|unit| &units[unit]).collect();
        let until = |kernel: Lapse| {
            let one = |unit: &&Unit| match unit.form {
                // On one host the kernel soon says that nobody is there.
                Form::Service => known::NEIGHBOUR_GONE,
                _ => unit.ended.map_or(kernel, |lapse| Lapse::ms(0, lapse.max)),
            };
            clients.iter().map(one).fold(Lapse::NONE, Lapse::with)
        };
        // A proxy in between lets go by itself, and lets in when it has asked.
        let proxied = named.iter().flatten().any(|(it, direct)| *it == index && !*direct);
        let let_in = if proxied { known::LETS_IN } else { Lapse::NONE };
        let (used, silent) = (let_in.then(until(known::NOT_OPENED)), let_in.then(until(known::NOT_ANSWERED)));
        let clocks = &mut part.clocks;
        for lapse in [&mut clocks.restart, &mut clocks.revive, &mut clocks.drained, &mut clocks.rolled] {
            *lapse = lapse.map(|it| it.then(used));
        }
        clocks.moved = clocks.moved.map(|it| it.then(silent));
    }
}

/// Puts what somebody else runs behind the parts.
pub(super) fn add_elsewhere(
    elsewhere: &[Vec<(String, Option<String>)>],
    parts: &mut Vec<Part>,
    hand: &mut Hand,
    remarks: &mut Remarks,
) {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let (mut taken, mut members): (HashSet<String>, HashSet<String>) = Default::default();
    for part in parts.iter() {
        taken.insert(part.name.clone());
        members.extend(part.members.iter().map(|member| member.name.clone()));
    }
    for (part, hosts) in elsewhere.iter().enumerate() {
        for (host, there) in hosts {
            let index = *known.entry(host.as_str()).or_insert_with(|| {
                let (mut name, mut member) = (host.clone(), host.clone());
                own(&mut name, &mut taken);
                own(&mut member, &mut members);
                remarks.of(ELSEWHERE, &there.as_ref().map_or_else(|| name.clone(), |it| format!("{name} ({it})")));
                hand.parts.push(Held::of(&name, Form::Elsewhere));
                parts.push(Part {
                    name,
                    role: Role::External,
                    shape: Shape::AnyOf,
                    members: vec![Member { name: member, node: None }],
                    needs: Vec::new(),
                    critical: true,
                    keeps: Keeps::Nothing,
                    apart: false,
                    zones: 0,
                    budget: None,
                    asks: Amounts::default(),
                    clocks: Clocks::default(),
                });
                parts.len() - 1
            });
            if matches!(parts[part].role, Role::Service) && !parts[part].needs.iter().any(|need| need.part == index) {
                parts[part].needs.push(Need { part: index, honest: true });
            }
        }
    }
}
