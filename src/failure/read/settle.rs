//! Units become parts: what becomes of each when some of its members are lost.

use std::collections::HashSet;

use super::groups::{groups, merge, name_apart};
use super::link::{Named, Names};
use super::needs::{add_elsewhere, let_go, needs};
use super::remarks::{Remarks, Sentence};
use super::store;
use super::texts;
use super::unit::{Unit, What};
use crate::failure::lower::clocks as known;
use crate::failure::words::{Form, Hand, Held};
use crate::failure::{Amounts, Clocks, Keeps, Lapse, Need, Part, Role, Shape, Takeover};
use crate::lint::stores::Keeps as Stored;

const BY_HAND: Sentence = (
    "Nothing here says that another member of {} takes over: it is taken that the first is written, and that a person \
     must make another the primary.",
    "Nothing here says that other members of {} take over: it is taken that the first of each is written, and that a \
     person must make another the primary.",
);
const PARTS: Sentence = (
    "How many copies of each part the members of {} keep is not said: it is reckoned as if the first had what no other \
     has, until a person acts.",
    "How many copies of each part the members of {} keep is not said: it is reckoned as if the first of each had what \
     no other has, until a person acts.",
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
const OTHERS: Sentence = (
    "{} is no part of these manifests, and it is taken that nothing fails without it.",
    "{} are no part of these manifests, and it is taken that nothing fails without them.",
);
const UNANSWERED: Sentence = (
    "What answers at {} is not said: it is taken that nothing fails without it.",
    "What answers at {} is not said: it is taken that nothing fails without it.",
);
const DISKS: Sentence = (
    "Whether the members of {} have the same on their disks is not said: it is taken that the first is written, and \
     that a person must put another in its place.",
    "Whether the members of {} have the same on their disks is not said: it is taken that the first of each is \
     written, and that a person must put another in its place.",
);
const ENTRY: Sentence = (
    "Which host's address clients call is up to them: those who call {} of a lost one must turn to another's.",
    "Which host's address clients call is up to them: those who call {} of a lost one must turn to another's.",
);

/// What a program takes that is not told: etcd, Redis' sentinels, and those of which nothing closer is known.
const ETCD: u64 = 1_000;
const SENTINEL: u64 = 30_000;
const AGREEING: u64 = 10_000;
/// Raft's time as consul stretches it: five times a second.
const CONSUL: u64 = 5_000;
/// ZooKeeper's members choose anew when the leader's connections close: 200 ms, and a tick until they follow another.
const CLOSED: Lapse = Lapse::ms(200, 2_200);

/// The parts of a system, with what each is in the manifests.
/// `alike` are pairs of units that stand in for one another.
pub(super) fn settle(
    units: Vec<Unit>,
    alike: &[(usize, usize)],
    names: &Names,
    remarks: &mut Remarks,
) -> (Vec<Part>, Hand) {
    let named: Vec<Named> = units.iter().map(|unit| names.named(unit)).collect();
    let groups = groups(&units, &named, alike, remarks);
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
        named.unanswered.iter().for_each(|host| remarks.of(UNANSWERED, host));
    }
    let mut merged: Vec<Unit> = merge(units, &groups, remarks);
    // What is called through a balancer is what it calls.
    for (part, named) in named_by.iter().enumerate().filter(|(part, _)| matches!(merged[*part].what, What::Service)) {
        for (balancer, _) in named.iter().filter(|(it, _)| matches!(merged[*it].what, What::Balancer)) {
            let behind = elsewhere[*balancer].clone();
            elsewhere[part].extend(behind);
        }
    }
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
    Held {
        anywhere: unit.anywhere,
        volume: unit.volume,
        step: unit.step,
        pinned: unit.pinned,
        port: unit.port,
        ..Held::of(&unit.id, unit.form)
    }
}

/// For each store that sentinels watch, which they are.
fn voters(units: &[Unit]) -> Vec<Option<usize>> {
    let watches = |of: &Unit| units.iter().position(|it| matches!(it.what, What::Sentinel) && it.home == of.home);
    let watched = |unit: &Unit| unit.what.store().is_some_and(store::is_redis) && unit.members.len() > 1;
    let mut taken = HashSet::new();
    units.iter().map(|unit| watches(unit).filter(|it| watched(unit) && taken.insert(*it))).collect()
}

/// Whether some script of a server asks the sentinels for another before it ends: none of its own does.
fn hands_over(unit: &Unit) -> bool {
    unit.settings.hands_over || unit.said.iter().any(|said| texts::asks_for_another(&said.text))
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
        let takeover = known::leader(told.unwrap_or(own));
        let takeover = match unit.what.store().map_or("", |store| store.name) {
            "zookeeper" => Takeover { crash: CLOSED, planned: None, ..takeover },
            // A server that is told to end does not leave, unless it is told to.
            "consul" => Takeover { planned: None, ..takeover },
            _ => takeover,
        };
        clocks.takeover = if unit.proxied { through_service(takeover, &clocks) } else { takeover };
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
                let takeover = Takeover {
                    guarded,
                    cut_loss: takeover.cut_loss.filter(|_| guarded),
                    planned: takeover.planned.filter(|_| hands_over(unit)),
                    ..takeover
                };
                let moves = units.iter().any(|unit| unit.moving.is_some());
                clocks.takeover = if moves { known::with_address(takeover) } else { takeover };
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
                agree(None, if store.name == "consul" { CONSUL } else { AGREEING }, remarks)
            } else {
                remarks.of(if store.keeps == Stored::Parts { PARTS } else { BY_HAND }, &unit.name);
                Shape::PrimaryReplica { voters: None, followers: 0, automatic: false }
            }
        }
        What::Balancer if several => match unit.moving {
            Some(takeover) => {
                clocks.takeover = takeover;
                Shape::PrimaryReplica { voters: None, followers: 0, automatic: true }
            }
            None => {
                if spread(unit) {
                    remarks.of(ENTRY, &unit.name);
                }
                Shape::AnyOf
            }
        },
        // Disks on several hosts hold the same only where something keeps them so.
        What::Service if unit.keeps == Keeps::Disk && unit.form == Form::Service && spread(unit) => {
            remarks.of(DISKS, &unit.name);
            Shape::PrimaryReplica { voters: None, followers: 0, automatic: false }
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
        zones: 0,
        budget: unit.budget,
        asks: Amounts::default(),
        clocks,
    }
}

/// Another leader is not enough where a Service spreads clients over all members: until it is found out, a share of
/// them is sent to the one that is away.
fn through_service(takeover: Takeover, clocks: &Clocks) -> Takeover {
    let with = |time: Lapse, seen: Option<Lapse>| time.with(seen.unwrap_or(Lapse::NONE));
    Takeover {
        holds: clocks.hang_seen.is_none(),
        hang: with(takeover.hang, clocks.hang_seen),
        node: with(takeover.node, clocks.node_seen),
        ..takeover
    }
}

/// Whether its members stand on several nodes.
fn spread(unit: &Unit) -> bool {
    unit.members.iter().any(|it| it.node != unit.members[0].node)
}

/// What services leave open.
fn of_services(parts: &[Part], remarks: &mut Remarks) {
    for part in parts.iter().filter(|part| part.role == Role::Service && part.keeps == Keeps::Nothing) {
        let store = |need: &Need| matches!(parts[need.part].role, Role::Datastore | Role::External);
        let sentence = if part.needs.iter().any(store) { ANSWERS } else { NO_STORE };
        remarks.of(sentence, &part.name);
    }
}
