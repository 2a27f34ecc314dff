//! Which combinations cost more than their parts, worked by hand.

use a8ctl::failure::Analysis;
use a8ctl::topology::Platform;

use super::{build, lowered};

/// A system, the pairs that cost more than each of the two, and why.
type Case = (&'static str, &'static [&'static str], &'static str);

const CASES: &[Case] = &[
    (
        "| app service any * * crash=0..1000 restart=2000..5000 start=0",
        &["replica-crash app-0 + replica-crash app-1"],
        "half of the requests fail for a second, or all of them for five",
    ),
    (
        "| app service any * * * crash=0..1000 restart=2000..5000 start=0",
        &[],
        "one is left, which serves a third, and for no longer",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 node=30000..56000 moved=330000..340000 drained=1000 budget=1 \
         restart=500 start=0 hang=0 crash=0",
        &[
            "replica-crash app-0 + replica-crash app-1",
            "node-loss n1 + node-loss n2",
            "network-cut n1 + network-cut n2",
        ],
        "half of the requests fail for a minute, or all of them for some; crashes of both for a moment, and of one for none",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 drained=1000 budget=1 crash=0 hang=0 node=0 start=0",
        &[],
        "of two drains one waits for the other",
    ),
];

#[test]
fn what_leaves_less_or_takes_longer_costs_more() {
    let mut wrong = Vec::new();
    for (line, expected, why) in CASES {
        let system = build::system(line);
        let alike = |kind: &str| !kind.contains("hang") && !kind.contains("slow") && !kind.contains("rolling");
        let names = |verdict: &a8ctl::failure::Verdict| {
            let each = verdict.faults.iter().map(|fault| format!("{} {}", fault.kind.as_str(), fault.subject));
            each.collect::<Vec<_>>().join(" + ")
        };
        let combined = Analysis::new(&system).survival(2).combined;
        // Of each kind with itself: the others are no different.
        let same = |verdict: &&a8ctl::failure::Verdict| verdict.faults[0].kind == verdict.faults[1].kind;
        let mut got: Vec<String> = combined.iter().filter(same).map(names).filter(|it| alike(it)).collect();
        got.sort();
        let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        expected.sort();
        if got != expected {
            wrong.push(format!("{line}: {why}\n  expected {expected:?}\n  got      {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn profiles_say_which_do() {
    let pairs = |words: &str, platform: Platform| {
        let system = lowered(words, platform);
        let names = |verdict: a8ctl::failure::Verdict| {
            let each = verdict.faults.iter().map(|fault| format!("{} {}", fault.kind.as_str(), fault.subject));
            each.collect::<Vec<_>>().join(" + ")
        };
        Analysis::new(&system).survival(2).combined.into_iter().map(names).collect::<Vec<String>>()
    };
    let two = pairs("external-db services.controller.replicas=2 services.registry.replicas=2", Platform::Kubernetes);
    for pair in ["node-loss node-1 + node-loss node-2", "replica-crash controller-1 + replica-crash controller-2"] {
        assert!(two.iter().any(|it| it == pair), "{pair}: {two:?}");
    }
    let pods = pairs("multi-node", Platform::Kubernetes);
    assert!(!pods.iter().any(|it| it.matches("drain").count() == 2), "{pods:?}");
    assert!(pods.iter().any(|it| it == "drain node-1 + node-loss node-2"), "a loss asks no budget: {pods:?}");
    let hosts = pairs("multi-node", Platform::Hosts);
    assert!(hosts.iter().any(|it| it == "drain node-1 + drain node-2"), "hosts have no budgets: {hosts:?}");
}
