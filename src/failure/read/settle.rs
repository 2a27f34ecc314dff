//! Units become parts: which of them are members of one, what becomes of it when some are lost, and who needs whom.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::link::{Named, Names};
use super::remarks::{Remarks, Sentence};
use super::store;
use super::unit::{Unit, What};
use crate::failure::lower::clocks as known;
use crate::failure::words::{Form, Hand, Held};
use crate::failure::{Amounts, Clocks, Keeps, Lapse, Member, Need, Part, Role, Roll, Shape, Takeover};

const TAKEN: Sentence = (
    "{}: one image and numbered names, so they are taken to stand in for one another.",
    "{}: one image and numbered names, so they are taken to stand in for one another.",
);
const BY_HAND: Sentence = (
    "Nothing here says that another member of {} takes over: it is taken that the first is written, and that a person \
     must make another the primary.",
    "Nothing here says that other members of {} take over: it is taken that the first of each is written, and that a \
     person must make another the primary.",
);
const STRANGERS: Sentence = (
    "Nothing here says that the members of {} are told of one another: it is taken that they are.",
    "Nothing here says that the members of {} are told of one another: it is taken that they are.",
);
const PATIENCE: Sentence = (
    "After which silence the members of {} choose another is not said: the program's own time is reckoned with.",
    "After which silence the members of {} choose another is not said: the programs' own times are reckoned with.",
);
const SNAPSHOTS: Sentence = (
    "{} is not told to log every write: what was written since its last snapshot may be lost whenever it ends.",
    "{} are not told to log every write: what was written since their last snapshots may be lost whenever they end.",
);
const CACHE: Sentence = ("What {} forgets is taken to be had again.", "What {} forget is taken to be had again.");
const NO_STORE: Sentence = (
    "{} names no store: whether it keeps anything in its memory, which ends with its process, is not said.",
    "{} name no store: whether they keep anything in their memory, which ends with their processes, is not said.",
);
const ANSWERS: Sentence = (
    "What {} answers while its store is away, an error or something wrong, is not said.",
    "What {} answer while their stores are away, errors or something wrong, is not said.",
);
const ELSEWHERE: Sentence = (
    "{} is run by somebody else: what it survives is not said.",
    "{} are run by somebody else: what they survive is not said.",
);
const OTHERS: Sentence = (
    "{} is no part of these manifests, and it is taken that nothing fails without it.",
    "{} are no part of these manifests, and it is taken that nothing fails without them.",
);
const BEHIND: Sentence = (
    "Which services are behind {} is not said: those that publish no port are taken to be.",
    "Which services are behind {} is not said: those that publish no port are taken to be.",
);

/// What a program takes that is not told: etcd, Redis' sentinels, and those of which nothing closer is known.
const ETCD: u64 = 1_000;
const SENTINEL: u64 = 30_000;
const AGREEING: u64 = 10_000;

/// The parts of a system, with what each is in the manifests.
pub(super) fn settle(units: Vec<Unit>, names: &Names, remarks: &mut Remarks) -> (Vec<Part>, Hand) {
    let named: Vec<Named> = units.iter().map(|unit| names.named(unit)).collect();
    let groups = groups(&units, &named, remarks);
    let mut part_of = vec![0; units.len()];
    for (part, group) in groups.iter().enumerate() {
        group.iter().for_each(|unit| part_of[*unit] = part);
    }
    let mut named_by: Vec<Vec<(usize, bool)>> = vec![Vec::new(); groups.len()];
    let mut elsewhere: Vec<Vec<(String, Option<String>)>> = vec![Vec::new(); groups.len()];
    for (unit, named) in named.into_iter().enumerate() {
        let part = part_of[unit];
        for (other, direct) in named.units {
            let other = part_of[other];
            match named_by[part].iter_mut().find(|(it, _)| *it == other) {
                _ if other == part => {}
                Some((_, before)) => *before |= direct,
                None => named_by[part].push((other, direct)),
            }
        }
        elsewhere[part].extend(named.elsewhere);
        named.others.iter().for_each(|host| remarks.of(OTHERS, host));
    }
    let mut merged: Vec<Unit> = merge(units, &groups);
    let voters = voters(&merged);
    name_apart(&mut merged);
    let mut parts: Vec<Part> =
        (0..merged.len()).map(|index| part(&merged, index, voters[index], &voters, remarks)).collect();
    let needs = needs(&merged, &named_by, &voters, remarks);
    let mut hand = Hand { parts: merged.iter().map(held).collect() };
    for (part, needs) in parts.iter_mut().zip(needs) {
        part.needs = needs.into_iter().map(|part| Need { part, honest: true }).collect();
    }
    let_go(&merged, &named_by, &mut parts);
    add_elsewhere(&elsewhere, &mut parts, &mut hand, remarks);
    of_services(&parts, remarks);
    (parts, hand)
}

fn held(unit: &Unit) -> Held {
    Held { object: unit.id.clone(), form: unit.form, anywhere: unit.anywhere, volume: unit.volume }
}

/// A name without the number at its end; `None` where there is none.
fn stem(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.len() < name.len()).then(|| stem.trim_end_matches(['-', '_', '.'])).filter(|stem| !stem.is_empty())
}

/// Units that are members of one part: stores of one kind of which one names the other, and those of one image whose
/// names differ in their number alone.
fn groups(units: &[Unit], named: &[Named], remarks: &mut Remarks) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..units.len()).collect();
    let join = |group: &mut Vec<usize>, a: usize, b: usize| {
        let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
        if from != to {
            group.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
        }
    };
    for (unit, named) in named.iter().enumerate() {
        let Some(store) = units[unit].what.store() else { continue };
        for (other, _) in &named.units {
            if units[*other].what.store().is_some_and(|it| it.name == store.name) {
                join(&mut group, unit, *other);
            }
        }
    }
    let mut alike: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        let counts = unit.form == Form::Service || !matches!(unit.what, What::Service | What::Balancer);
        if let Some(stem) = stem(&unit.name).filter(|_| counts && unit.members.len() == 1) {
            alike.entry((&unit.home, stem, &unit.image)).or_default().push(index);
        }
    }
    for ((_, stem, _), members) in alike.iter().filter(|(_, members)| members.len() > 1) {
        remarks.of(TAKEN, &format!("{stem} ({})", members.len()));
        members.iter().for_each(|member| join(&mut group, members[0], *member));
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (unit, group) in group.iter().enumerate() {
        groups.entry(*group).or_default().push(unit);
    }
    // Who is named and told to follow nobody is written.
    let follows = |unit: &usize| usize::from(units[*unit].settings.clustered);
    groups.values_mut().for_each(|members| members.sort_by_key(|unit| (follows(unit), *unit)));
    groups.into_values().collect()
}

/// One unit of each group, with the worst of what its members have.
fn merge(units: Vec<Unit>, groups: &[Vec<usize>]) -> Vec<Unit> {
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let mut merged = Vec::with_capacity(groups.len());
    for group in groups {
        let mut members = group.iter().filter_map(|unit| units[*unit].take());
        let Some(mut first) = members.next() else { continue };
        if let Some(stem) = stem(&first.name).filter(|_| group.len() > 1) {
            first.name = stem.to_owned();
        }
        if group.len() > 1 {
            first.id = format!("{} and {} more", first.id, group.len() - 1);
        }
        for other in members {
            first.keeps = worst(first.keeps, other.keeps);
            first.volume &= other.volume;
            first.apart = false;
            first.anywhere |= other.anywhere;
            first.budget = first.budget.min(other.budget);
            first.clocks = later(first.clocks, other.clocks);
            first.settings.clustered |= other.settings.clustered;
            first.settings.patience = first.settings.patience.max(other.settings.patience);
            first.members.extend(other.members);
        }
        merged.push(first);
    }
    merged
}

fn worst(a: Keeps, b: Keeps) -> Keeps {
    [Keeps::Memory, Keeps::Disk, Keeps::Shared].into_iter().find(|it| *it == a || *it == b).unwrap_or(Keeps::Nothing)
}

/// Of two clocks that of whoever takes longer.
fn later(a: Clocks, b: Clocks) -> Clocks {
    let longer = |a: Option<Lapse>, b: Option<Lapse>| Some(a?.with(b?));
    // Compose makes all anew at once that have changed.
    let roll = if a.moved.is_none() && a.drained.is_none() { Roll::Together } else { a.roll };
    Clocks {
        crash_seen: longer(a.crash_seen, b.crash_seen),
        hang_seen: longer(a.hang_seen, b.hang_seen),
        node_seen: longer(a.node_seen, b.node_seen),
        start_seen: longer(a.start_seen, b.start_seen),
        start_allowed: [a.start_allowed, b.start_allowed].into_iter().flatten().min(),
        restart: longer(a.restart, b.restart),
        revive: longer(a.revive, b.revive),
        moved: longer(a.moved, b.moved),
        drained: longer(a.drained, b.drained),
        rolled: longer(a.rolled, b.rolled),
        stop: a.stop.with(b.stop),
        roll,
        update: a.update,
        takeover: a.takeover,
    }
}

/// For each store that sentinels watch, which they are.
fn voters(units: &[Unit]) -> Vec<Option<usize>> {
    let watches = |of: &Unit| units.iter().position(|it| matches!(it.what, What::Sentinel) && it.home == of.home);
    let watched = |unit: &Unit| unit.what.store().is_some_and(store::is_redis) && unit.members.len() > 1;
    let mut taken = HashSet::new();
    units.iter().map(|unit| watches(unit).filter(|it| watched(unit) && taken.insert(*it))).collect()
}

/// Gives every unit and every member a name of its own.
fn name_apart(units: &mut [Unit]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for unit in units.iter() {
        *count.entry(unit.name.clone()).or_default() += 1;
    }
    for unit in units.iter_mut().filter(|unit| count[&unit.name] > 1) {
        let place = if unit.home.is_empty() { "compose" } else { &unit.home };
        let prefix = format!("{place}/");
        unit.name.insert_str(0, &prefix);
        unit.members.iter_mut().for_each(|member| member.name.insert_str(0, &prefix));
    }
    let (mut parts, mut members) = (HashSet::new(), HashSet::new());
    for unit in units {
        own(&mut unit.name, &mut parts);
        unit.members.iter_mut().for_each(|member| own(&mut member.name, &mut members));
    }
}

/// Puts a number behind a name that is taken.
fn own(name: &mut String, taken: &mut HashSet<String>) {
    if !taken.insert(name.clone()) {
        let first = (2_u64..).map(|number| format!("{name}.{number}")).find(|it| taken.insert(it.clone()));
        *name = first.unwrap_or_default();
    }
}

fn part(units: &[Unit], index: usize, voters: Option<usize>, all: &[Option<usize>], remarks: &mut Remarks) -> Part {
    let unit = &units[index];
    let mut clocks = unit.clocks;
    let several = unit.members.len() > 1;
    let role = match unit.what {
        What::Balancer => Role::Balancer,
        What::Store(_) => Role::Datastore,
        What::Sentinel if all.contains(&Some(index)) => Role::Voter,
        What::Service | What::Sentinel => Role::Service,
    };
    let patience = voters.and_then(|voters| units[voters].settings.patience);
    let mut agree = |told: Option<u64>, own: u64, remarks: &mut Remarks| {
        if told.is_none() {
            remarks.of(PATIENCE, &unit.name);
        }
        clocks.takeover = known::leader(told.unwrap_or(own));
        Shape::Quorum
    };
    let shape = match unit.what {
        What::Sentinel if role == Role::Voter => Shape::Quorum,
        What::Store(store) if several && !store::is_cache(store) => {
            if voters.is_some() {
                if patience.is_none() {
                    remarks.of(PATIENCE, &unit.name);
                }
                let followers = unit.settings.followers.unwrap_or(0);
                let takeover = known::primary(patience.unwrap_or(SENTINEL));
                // Who need not have followers takes writes for as long as it is cut off.
                let guarded = followers > 0;
                clocks.takeover = Takeover { guarded, cut_loss: takeover.cut_loss.filter(|_| guarded), ..takeover };
                clocks.restart = clocks.restart.map(known::primary_again);
                Shape::PrimaryReplica { voters, followers, automatic: true }
            } else if store.name == "etcd" {
                if !unit.settings.clustered {
                    remarks.of(STRANGERS, &unit.name);
                }
                agree(unit.settings.patience, ETCD, remarks)
            } else if store::is_quorum(store) || unit.said.iter().any(|said| said.text.contains("replSet")) {
                if !unit.settings.clustered {
                    remarks.of(STRANGERS, &unit.name);
                }
                agree(None, AGREEING, remarks)
            } else {
                remarks.of(BY_HAND, &unit.name);
                Shape::PrimaryReplica { voters: None, followers: 0, automatic: false }
            }
        }
        _ => Shape::AnyOf,
    };
    if let What::Store(store) = unit.what {
        if store::is_cache(store) {
            remarks.of(CACHE, &unit.name);
        } else if store::is_redis(store) && unit.keeps != Keeps::Memory && !unit.settings.log {
            remarks.of(SNAPSHOTS, &unit.name);
        }
    }
    Part {
        name: unit.name.clone(),
        role,
        shape,
        members: unit.members.clone(),
        needs: Vec::new(),
        critical: true,
        keeps: unit.keeps,
        apart: unit.apart,
        budget: unit.budget,
        asks: Amounts::default(),
        clocks,
    }
}

/// What each unit cannot work without, as far as it says so.
fn needs(
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
fn let_go(units: &[Unit], named: &[Vec<(usize, bool)>], parts: &mut [Part]) {
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
fn add_elsewhere(
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
                hand.parts.push(Held { object: name.clone(), form: Form::Elsewhere, anywhere: false, volume: false });
                parts.push(Part {
                    name,
                    role: Role::External,
                    shape: Shape::AnyOf,
                    members: vec![Member { name: member, node: None }],
                    needs: Vec::new(),
                    critical: true,
                    keeps: Keeps::Nothing,
                    apart: false,
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

/// What services leave open.
fn of_services(parts: &[Part], remarks: &mut Remarks) {
    for part in parts.iter().filter(|part| part.role == Role::Service && part.keeps == Keeps::Nothing) {
        let store = |need: &Need| matches!(parts[need.part].role, Role::Datastore | Role::External);
        let sentence = if part.needs.iter().any(store) { ANSWERS } else { NO_STORE };
        remarks.of(sentence, &part.name);
    }
}
