//! What must hold of every system.

use std::collections::BTreeMap;

use a8ctl::failure::{
    Analysis, Effect, Fault, Keeps, Kind, Loss, Member, Node, Outcome, Part, Rates, Reason, Role, Shape, System,
    Verdict, each, single,
};

use super::random::system;

/// Outcome, what is lost, whether nothing is left of something, and the digits of the seconds that it takes.
type Cost = (Outcome, Loss, bool, usize);

fn cost(system: &System, verdict: &Verdict) -> Cost {
    let missed = verdict.effect.reason != Reason::NotCritical;
    let (outcome, loss) = (verdict.effect.outcome, if missed { verdict.effect.loss } else { Loss::None });
    let matters = system.matters();
    let lasts = |(part, effect): &(usize, Effect)| {
        let counts = matters[*part] && system.parts[*part].role != Role::Voter;
        let lapse = effect.lapse.filter(|_| counts && outcome == Outcome::Interrupted)?;
        let digits = (lapse.max.saturating_sub(1) / 1_000).max(1).to_string().len() - 1;
        Some((effect.left == 0, digits))
    };
    let both = |a: (bool, usize), b: (bool, usize)| (a.0 || b.0, a.1.max(b.1));
    let (empty, digits) = verdict.parts.iter().filter_map(lasts).fold((false, 0), both);
    (outcome, loss, empty, digits)
}

fn worse(a: Cost, b: Cost) -> Cost {
    let (outcome, loss) = (a.0.max(b.0), a.1.max(b.1));
    if outcome > Outcome::Interrupted { (outcome, loss, false, 0) } else { (outcome, loss, a.2 || b.2, a.3.max(b.3)) }
}

/// Every set of so many, by index.
fn sets(of: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let longer = |set: Vec<usize>| {
        let from = set.last().map_or(0, |last| last + 1);
        (from..of).map(move |next| [set.as_slice(), &[next]].concat())
    };
    sets(of, size - 1).into_iter().flat_map(longer).collect()
}

/// How many combinations cost so much and more than all that is left of them without one, looked at one by one.
fn directly(system: &System, analysis: &Analysis, faults: &[Fault], most: usize) -> BTreeMap<(usize, Cost), u64> {
    let mut costs: BTreeMap<Vec<usize>, Cost> = BTreeMap::new();
    let mut dearer = BTreeMap::new();
    for size in 1..=most {
        for set in sets(faults.len(), size) {
            let verdict = analysis.verdict(set.iter().map(|fault| faults[*fault].clone()).collect());
            let got = cost(system, &verdict);
            let before = (0..size).filter(|_| size > 1).map(|without| {
                let mut fewer = set.clone();
                fewer.remove(without);
                costs[&fewer]
            });
            if let Some(before) = before.reduce(worse) {
                assert_eq!(worse(before, got), got, "less than some of it: {set:?}");
                if got != before {
                    *dearer.entry((size, got)).or_default() += 1;
                }
            }
            costs.insert(set, got);
        }
    }
    dearer
}

fn by_the_shortcut(system: &System, analysis: &Analysis, most: u32) -> (BTreeMap<(usize, Cost), u64>, u64) {
    let survival = analysis.survival(most);
    assert_eq!(survival.more, 0);
    let mut dearer = BTreeMap::new();
    for verdict in &survival.combined {
        *dearer.entry((verdict.faults.len(), cost(system, verdict))).or_default() += verdict.alike;
        // What is kept is what it costs when it is looked at by itself.
        assert_eq!(analysis.verdict(verdict.faults.clone()).effect, verdict.effect);
    }
    (dearer, survival.tried)
}

#[test]
fn combinations_by_part_are_those_found_one_by_one() {
    let mut seen = 0;
    for seed in 0..150 {
        let system = system(seed);
        let faults = each(&system);
        let most = if faults.len() <= 22 { 3 } else { 2 };
        let analysis = Analysis::new(&system);
        let (dearer, tried) = by_the_shortcut(&system, &analysis, most);
        let all: usize = (2..=most as usize).map(|size| sets(faults.len(), size).len()).sum();
        assert_eq!(usize::try_from(tried).unwrap(), all);
        assert_eq!(dearer, directly(&system, &analysis, &faults, most as usize), "seed {seed}: {system:#?}");
        seen += dearer.len();
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn a_service_is_never_better_off_than_what_it_works_with() {
    for seed in 0..2_000 {
        let system = system(seed);
        let analysis = Analysis::new(&system);
        let closures = system.closures();
        for verdict in analysis.survival(1).single {
            for service in system.services() {
                let of = |index: usize| verdict.services.iter().find(|(it, _)| *it == index).map(|(_, effect)| effect);
                let outcome = of(service).map_or(Outcome::Survives, |effect| effect.outcome);
                for needed in system.services().filter(|it| closures[service].contains(it)) {
                    assert!(of(needed).is_none_or(|effect| effect.outcome <= outcome), "seed {seed}");
                }
                for (part, effect) in &verdict.parts {
                    let it = &system.parts[*part];
                    if it.critical && it.role != Role::Voter && closures[service].contains(part) {
                        assert!(effect.outcome <= outcome, "seed {seed}: {verdict:#?}");
                    }
                }
                assert!(outcome <= verdict.effect.outcome, "seed {seed}: {verdict:#?}");
            }
        }
    }
}

/// Fails if a failure of the first system costs more in the second; `excused` are those that may.
fn never_worse(before: &System, after: &System, seed: u64, excused: impl Fn(&Fault) -> bool) -> usize {
    let (old, new) = (Analysis::new(before), Analysis::new(after));
    let faults = single(after);
    let mut compared = 0;
    for fault in single(before).into_iter().filter(|fault| !excused(fault)) {
        let same = |it: &&Fault| it.kind == fault.kind && it.subject == fault.subject;
        let Some(now) = faults.iter().find(same) else { continue };
        let (was, is) = (old.verdict(vec![fault.clone()]), new.verdict(vec![now.clone()]));
        assert!(is.effect.outcome <= was.effect.outcome, "seed {seed}: {was:#?}\n{is:#?}\n{before:#?}\n{after:#?}");
        compared += 1;
    }
    compared
}

/// Answers may have a price. One that is cut off alone stops everything and loses nothing; where another can take over,
/// thanks to a copy, to one more that votes or to a node for it, two are written, and what the first took is lost. One
/// that keeps its state in memory and finds no node stays away, and its copies are there; on a new node it is empty, and
/// the others copy that.
fn may_lose_for_an_answer(system: &System, fault: &Fault) -> bool {
    let copied = |part: &&Part| matches!(part.shape, Shape::PrimaryReplica { .. });
    let mut keeps = system.parts.iter().filter(copied).map(|part| part.keeps);
    if fault.kind == Kind::NetworkCut {
        return keeps.any(|keeps| keeps != Keeps::Nothing);
    }
    !fault.nodes.is_empty() && keeps.any(|keeps| keeps == Keeps::Memory)
}

fn new_node(system: &mut System) -> usize {
    system.nodes.push(Node { name: format!("new-{}", system.nodes.len()), zone: None });
    system.nodes.len() - 1
}

#[test]
fn one_more_node_makes_nothing_worse() {
    let mut compared = 0;
    for seed in 0..2_000 {
        let before = system(seed);
        let mut after = before.clone();
        new_node(&mut after);
        // Where nothing was known of nodes there was room for everything.
        if !before.nodes.is_empty() {
            compared += never_worse(&before, &after, seed, |fault| may_lose_for_an_answer(&before, fault));
        }
    }
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn one_more_replica_on_a_node_of_its_own_makes_nothing_worse() {
    let mut compared = 0;
    for seed in 0..2_000 {
        let mut before = system(seed);
        // The node is in no zone, where nothing is placed that is spread over zones.
        before.parts.iter_mut().for_each(|part| part.zones = 0);
        for index in 0..before.parts.len() {
            let mut after = before.clone();
            let shape = before.parts[index].shape;
            // Four decide no better than three: those that must agree grow by two.
            let more = if shape == Shape::Quorum { 2 } else { 1 };
            for number in 0..more {
                let node = (!before.nodes.is_empty()).then(|| new_node(&mut after));
                let node = node.filter(|_| before.parts[index].role != Role::External);
                after.parts[index].members.push(Member { name: format!("more-{number}"), node });
            }
            compared += never_worse(&before, &after, seed, |fault| may_lose_for_an_answer(&before, fault));
        }
    }
    assert!(compared > 10_000, "{compared}");
}

/// Systems that nobody should write.
fn odd() -> Vec<System> {
    let mut all = vec![System::default()];
    for seed in 0..60 {
        let whole = system(seed);
        let mut without_nodes = whole.clone();
        without_nodes.nodes.clear();
        without_nodes.zones.clear();
        let members = |part: &mut Part| part.members.iter_mut().for_each(|member| member.node = None);
        without_nodes.parts.iter_mut().for_each(members);
        let mut empty_zones = whole.clone();
        empty_zones.nodes.iter_mut().for_each(|node| node.zone = None);
        let mut single = whole.clone();
        single.parts.iter_mut().for_each(|part| part.members.truncate(1));
        let mut nobody = whole.clone();
        nobody.parts.iter_mut().for_each(|part| part.members.clear());
        let mut circle = whole.clone();
        let count = circle.parts.len();
        for (index, part) in circle.parts.iter_mut().enumerate() {
            part.needs = vec![a8ctl::failure::Need { part: (index + 1) % count, honest: false }];
        }
        let mut idle = whole.clone();
        idle.parts.iter_mut().for_each(|part| part.critical = false);
        all.extend([without_nodes, empty_zones, single, nobody, circle, idle]);
    }
    all
}

#[test]
fn odd_systems_are_answered_too() {
    for system in odd() {
        let analysis = Analysis::new(&system);
        let survival = analysis.survival(2);
        assert_eq!(survival.single.len(), single(&system).len());
        let cuts = analysis.cuts(3);
        assert_eq!(cuts.order, 3);
        assert_eq!(cuts.services.len(), system.services().count());
        let estimates = analysis.estimate(&Rates::default());
        assert_eq!(estimates.services.len(), cuts.services.len());
    }
}
