//! One flaw at a time, put into manifests that have none: the rule of that name finds it, in the right line, and no
//! other has anything to say.

mod balancers;
mod compose;
mod objects;
mod programs;
mod shapes;
mod stores;

use super::{findings, findings_with};
use crate::support::root;

/// A flaw: the text that it replaces (the first of its kind), what by, the rule, and part of the line that is shown.
type Fault = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn every_single_fault_is_found_where_it_is() {
    let mut wrong = Vec::new();
    let all = [
        ("base.yaml", objects::FAULTS),
        ("base.yaml", objects::MORE),
        ("shapes.yaml", shapes::SHAPES),
        ("stores.yaml", stores::PODS),
        ("haproxy.cfg", balancers::HAPROXY),
        ("nginx.conf", balancers::NGINX),
        ("redis.conf", stores::REDIS),
        ("compose.yaml", compose::COMPOSE),
        ("sentinel.conf", stores::SENTINEL),
        ("etcd.yaml", stores::ETCD),
        ("keepalived.conf", balancers::KEEPALIVED),
        ("haproxy.cfg", programs::HAPROXY),
        ("nginx.conf", programs::NGINX),
        ("redis.conf", programs::REDIS),
        ("sentinel.conf", programs::SENTINEL),
        ("keepalived.conf", programs::KEEPALIVED),
        ("etcd.yaml", programs::ETCD),
        ("compose.yaml", programs::COMPOSE),
        ("base.yaml", programs::OBJECTS),
    ];
    for (name, faults) in all {
        let base = base(name);
        let clean = findings(name, &base);
        assert!(clean.is_empty(), "{name}: {clean:#?}");
        wrong.extend(faults.iter().filter_map(|fault| judge(name, &base, &[], fault)));
    }
    let base = base("shapes.yaml");
    wrong.extend(shapes::KNOWN.iter().filter_map(|(flags, fault)| judge("shapes.yaml", &base, flags, fault)));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The configurations with one flaw that these rules find, each with its rule.
pub(crate) fn with_flaw(name: &str, rules: &[&str]) -> Vec<(String, &'static str)> {
    let lists: &[&[Fault]] = match name {
        "haproxy.cfg" => &[balancers::HAPROXY, programs::HAPROXY],
        "nginx.conf" => &[balancers::NGINX, programs::NGINX],
        "keepalived.conf" => &[balancers::KEEPALIVED, programs::KEEPALIVED],
        _ => &[],
    };
    let base = base(name);
    let faults = lists.iter().copied().flatten().filter(|(_, _, rule, _)| rules.contains(rule));
    faults.map(|(from, to, rule, _)| (base.replacen(from, to, 1), *rule)).collect()
}

pub(crate) fn base(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/validate").join(name)).unwrap()
}

/// What is wrong with what is found in a base with one flaw.
fn judge(name: &str, base: &str, flags: &[&str], (from, to, rule, at): &Fault) -> Option<String> {
    assert!(base.contains(from), "{name} does not hold {from:?}");
    let text = base.replacen(from, to, 1);
    let found = findings_with(flags, name, &text);
    let line = |number: u64| text.lines().nth(usize::try_from(number).unwrap() - 1).unwrap_or_default();
    let told: Vec<String> =
        found.iter().map(|it| format!("{} at {:?}: {}", it.rule, line(it.line), it.message)).collect();
    // What is missing may be missed in more than one place.
    let named = found.iter().all(|it| it.rule == *rule);
    let there = found.first().is_some_and(|first| line(first.line).contains(at));
    (!named || !there).then(|| format!("{name}: {to:?} instead of {from:?}: {rule} at {at:?}, not {told:#?}"))
}
