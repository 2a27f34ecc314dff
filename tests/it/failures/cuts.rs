//! Minimal cut sets, against every set looked at by itself.

use std::collections::BTreeSet;

use a8ctl::failure::{Analysis, CutSet, Fault, Hit, How, Keeps, Kind, Lost, Outcome, Reason, Role, System};

use super::build;
use super::random::system;

/// Everything that can be lost.
fn everything(system: &System) -> Vec<Lost> {
    let mut all = Vec::new();
    for (part, it) in system.parts.iter().enumerate() {
        match it.role {
            Role::External => all.push(Lost::External(part)),
            _ => all.extend((0..it.members.len()).map(|member| Lost::Member { part, member })),
        }
    }
    all.extend((0..system.nodes.len()).map(Lost::Node));
    all.extend((0..system.zones.len()).map(Lost::Zone));
    all
}

/// All of it as one failure, which the engine judges by its own rules.
fn failure(system: &System, lost: &[Lost]) -> Fault {
    let zoned = |zone: usize| move |node: &usize| system.nodes[*node].zone == Some(zone);
    let nodes: BTreeSet<usize> = lost
        .iter()
        .flat_map(|lost| match *lost {
            Lost::Node(node) => vec![node],
            Lost::Zone(zone) => (0..system.nodes.len()).filter(zoned(zone)).collect(),
            _ => Vec::new(),
        })
        .collect();
    let mut hits = Vec::new();
    for (part, it) in system.parts.iter().enumerate() {
        for (member, on) in it.members.iter().enumerate() {
            let hit = |how: How| Hit { part, member, how, primary: it.may_lead(member) };
            if lost.contains(&Lost::Member { part, member }) || lost.contains(&Lost::External(part)) {
                hits.push(hit(How::Gone));
            }
            if on.node.is_some_and(|node| nodes.contains(&node)) {
                hits.push(hit(How::NodeLost));
            }
        }
    }
    Fault { kind: Kind::NodeLoss, subject: String::new(), hits, nodes: nodes.into_iter().collect() }
}

/// Which parts do not take reads and writes any more.
fn down(system: &System, lost: &[Lost]) -> Vec<usize> {
    let verdict = Analysis::new(system).verdict(vec![failure(system, lost)]);
    let is_down = |(part, effect): &&(usize, a8ctl::failure::Effect)| {
        let it = &system.parts[*part];
        let reads = effect.outcome == Outcome::Degraded && effect.reason == Reason::ReadsOnly;
        it.critical && it.role != Role::Voter && (effect.outcome >= Outcome::Down || reads)
    };
    verdict.parts.iter().filter(is_down).map(|(part, _)| *part).collect()
}

/// The minimal sets of up to `order` for which any of the parts is down, each looked at by itself.
fn one_by_one(system: &System, order: usize, parts: &[Vec<usize>]) -> Vec<Vec<CutSet>> {
    let all = everything(system);
    let mut least: Vec<Vec<CutSet>> = vec![Vec::new(); parts.len()];
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..order {
        let longer = |set: &Vec<usize>| {
            let from = set.last().map_or(0, |last| last + 1);
            let set = set.clone();
            (from..all.len()).map(move |next| [set.as_slice(), &[next]].concat())
        };
        open = open.iter().flat_map(longer).collect();
        for set in &open {
            let mut lost: CutSet = set.iter().map(|index| all[*index]).collect();
            lost.sort_unstable();
            let down = down(system, &lost);
            for (of, found) in parts.iter().zip(&mut least) {
                let holds = |smaller: &CutSet| smaller.iter().all(|it| lost.contains(it));
                if down.iter().any(|part| of.contains(part)) && !found.iter().any(holds) {
                    found.push(lost.clone());
                }
            }
        }
    }
    for sets in &mut least {
        sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    }
    least
}

#[test]
fn cut_sets_are_minimal_and_complete() {
    let mut found = [0; 4];
    for seed in 0..150 {
        let mut system = system(seed);
        // What is kept is not the question here.
        system.parts.iter_mut().for_each(|part| part.keeps = Keeps::Nothing);
        let order = if everything(&system).len() <= 16 { 3 } else { 2 };
        let cuts = Analysis::new(&system).cuts(order);
        assert_eq!(cuts.order, order);
        let matters = system.matters();
        let mut parts: Vec<Vec<usize>> = vec![(0..matters.len()).filter(|part| matters[*part]).collect()];
        parts.extend(system.services().map(|service| system.closure(service)));
        let expected = one_by_one(&system, order, &parts);
        assert_eq!(cuts.whole, expected[0], "seed {seed}: {system:#?}");
        for ((service, sets), expected) in cuts.services.iter().zip(&expected[1..]) {
            assert_eq!(sets, expected, "seed {seed}, service {service}: {system:#?}");
            assert_eq!(cuts.fewest_of(*service), expected.first().map(Vec::len));
        }
        assert_eq!(cuts.fewest(), expected[0].first().map(Vec::len));
        cuts.whole.iter().for_each(|set| found[set.len()] += 1);
    }
    assert!(found[1] > 100 && found[2] > 100 && found[3] > 100, "{found:?}");
}

/// As words: `n1` or `z:a` or a member's name.
fn words(system: &System, sets: &[CutSet]) -> Vec<String> {
    let word = |lost: &Lost| match *lost {
        Lost::Member { part, member } => system.parts[part].members[member].name.clone(),
        Lost::External(part) => system.parts[part].name.clone(),
        Lost::Node(node) => system.nodes[node].name.clone(),
        Lost::Zone(zone) => format!("zone {}", system.zones[zone]),
    };
    sets.iter().map(|set| set.iter().map(word).collect::<Vec<_>>().join(" + ")).collect()
}

#[test]
fn cut_sets_worked_by_hand() {
    let cases: &[(&str, &[&str])] = &[
        // One that nothing stands in for, and its node.
        ("n1 n2 | app service any n1", &["app-0", "n1"]),
        // It moves: only itself for good, or both nodes.
        ("n1 n2 | app service any n1 moved=5000", &["app-0", "n1 + n2"]),
        // Two of three that must agree, each with its node.
        (
            "n1 n2 n3 | db store quorum n1 n2 n3",
            &[
                "db-0 + db-1",
                "db-0 + db-2",
                "db-0 + n2",
                "db-0 + n3",
                "db-1 + db-2",
                "db-1 + n1",
                "db-1 + n3",
                "db-2 + n1",
                "db-2 + n2",
                "n1 + n2",
                "n1 + n3",
                "n2 + n3",
            ],
        ),
        // What somebody else runs, and what is not critical.
        ("| app service any * * >db >cache | db external any * | cache store any * optional", &["db", "app-0 + app-1"]),
        // A person must make another the primary.
        ("| app service any * * >db | db store manual * *", &["db-0", "app-0 + app-1"]),
        // Without those that vote, the next loss is the last one.
        (
            "| app service any * * * * >db | db store primary * * * votes=v | v voter quorum *",
            &["db-0 + v-0", "db-1 + v-0", "db-2 + v-0", "db-0 + db-1 + db-2"],
        ),
        // One that nothing starts again keeps the place that the other would need.
        ("n1 n2 | app service any n1 n2 apart moved=5000", &["app-0 + app-1", "app-0 + n2", "app-1 + n1", "n1 + n2"]),
        // All four must agree, so without one that votes the next loss is the last one.
        (
            "n1 n2 n3 n4 | db store primary n1 n2 votes=v agree=4 | v voter quorum n1 n2 n3 n4",
            &[
                "n1",
                "n2",
                "db-0 + db-1",
                "db-0 + v-0",
                "db-0 + v-1",
                "db-0 + v-2",
                "db-0 + v-3",
                "db-0 + n3",
                "db-0 + n4",
                "db-1 + v-0",
                "db-1 + v-1",
                "db-1 + v-2",
                "db-1 + v-3",
                "db-1 + n3",
                "db-1 + n4",
            ],
        ),
        // One zone holds both nodes.
        ("n1/a n2/a n3/b | app service any n1 n2", &["zone a", "app-0 + app-1", "app-0 + n2", "app-1 + n1", "n1 + n2"]),
    ];
    for (line, expected) in cases {
        let system = build::system(line);
        let cuts = Analysis::new(&system).cuts(3);
        assert_eq!(words(&system, &cuts.whole), *expected, "{line}");
    }
}
