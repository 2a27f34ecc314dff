//! The reports of two small systems, and of one whose names would break out of every format.

use a8ctl::diagnostic::Span;
use a8ctl::failure::{
    Amounts, Analysis, Clocks, Hand, Keeps, Keys, Kind, Lapse, Member, Need, Node, Origin, Part, Role, Shape, Survival,
    System, Takeover, kept, single,
};
use a8ctl::grammar::Millis;
use a8ctl::report::survival::{Cut, Estimate, FORMATS, Surveyed};
use a8ctl::topology::{Accepts, Guarantee};
use serde_json::{Value as Json, json};

use crate::support::tool;
use crate::validate::documents::{broken, judged_by_schema};

/// Columns of the matrix, and of everything below it.
const WIDTH: usize = 100;

fn part(name: &str, role: Role, shape: Shape, nodes: &[usize], needs: &[(usize, bool)]) -> Part {
    let member = |(at, node): (usize, &usize)| Member { name: format!("{name}-{}", at + 1), node: Some(*node) };
    Part {
        name: name.to_owned(),
        role,
        shape,
        members: nodes.iter().enumerate().map(member).collect(),
        needs: needs.iter().map(|(part, honest)| Need { part: *part, honest: *honest }).collect(),
        critical: true,
        keeps: Keeps::Nothing,
        apart: true,
        zones: 0,
        budget: Some(1),
        asks: Amounts::default(),
        clocks: Clocks {
            crash_seen: Some(Lapse::NONE),
            hang_seen: Some(Lapse::ms(1_000, 3_000)),
            node_seen: Some(Lapse::ms(1_000, 3_000)),
            restart: Some(Lapse::ms(500, 10_000)),
            revive: Some(Lapse::ms(10_000, 45_000)),
            takeover: Takeover {
                crash: Lapse::ms(2_500, 3_600),
                hang: Lapse::ms(2_500, 3_600),
                node: Lapse::ms(2_500, 3_600),
                planned: Some(Lapse::ms(100, 400)),
                agree: 0,
                asks: false,
                guarded: true,
                cut_loss: Some(2_000),
                holds: false,
            },
            ..Clocks::default()
        },
    }
}

fn node(name: &str, zone: Option<usize>) -> Node {
    Node { name: name.to_owned(), zone }
}

/// Three machines in three zones, with a store under voters and an address that moves.
fn three() -> System {
    let all = &[0, 1, 2];
    let store = Shape::PrimaryReplica { voters: Some(2), followers: 1, automatic: true };
    let edge = Shape::PrimaryReplica { voters: None, followers: 0, automatic: true };
    let mut system = System {
        name: "three".to_owned(),
        target: "haproxy".to_owned(),
        nodes: ["north", "east", "west"].iter().zip(0..).map(|(name, zone)| node(name, Some(zone))).collect(),
        zones: ["a", "b", "c"].map(str::to_owned).to_vec(),
        parts: vec![
            part("web", Role::Service, Shape::AnyOf, all, &[(1, false)]),
            part("memory", Role::Datastore, store, all, &[]),
            part("votes", Role::Voter, Shape::Quorum, all, &[]),
            part("edge", Role::Balancer, edge, all, &[]),
        ],
        capacity: Amounts::default(),
        unknown: Vec::new(),
    };
    system.parts[0].needs.push(Need { part: 3, honest: true });
    system.parts[1].keeps = Keeps::Disk;
    system
}

/// One machine, and everything that nothing stands in for.
fn one() -> System {
    let mut system = System {
        name: "one".to_owned(),
        target: "compose".to_owned(),
        nodes: vec![node("box", None)],
        zones: Vec::new(),
        parts: vec![
            part("web", Role::Service, Shape::AnyOf, &[0], &[(1, true), (2, true), (3, true)]),
            part("memory", Role::Datastore, Shape::AnyOf, &[0], &[]),
            part("records", Role::External, Shape::AnyOf, &[0], &[]),
            part("cache", Role::Datastore, Shape::AnyOf, &[0], &[]),
        ],
        capacity: Amounts::default(),
        unknown: vec!["what `records` survives: somebody else runs it".to_owned()],
    };
    system.parts[1].keeps = Keeps::Memory;
    system.parts[2].members[0].node = None;
    system.parts[3].keeps = Keeps::Memory;
    system.parts[3].critical = false;
    system
}

/// Names of another hand.
fn hostile() -> System {
    let name = "a|b<c>`d`\u{1b}[31m\n\u{202e}\"&*_[x](y)\\";
    let mut system = three();
    let long = "very-long-name-".repeat(9);
    system.name = name.to_owned();
    system.unknown = vec![name.repeat(9)];
    system.zones[0] = name.to_owned();
    for (node, more) in system.nodes.iter_mut().zip([name, &long, "x"]) {
        node.name = format!("{}{more}", node.name);
    }
    for part in &mut system.parts {
        part.name = format!("{}{name}{long}", part.name);
        part.members.iter_mut().for_each(|member| member.name = format!("{}{name}{long}", member.name));
    }
    system
}

fn guarantees() -> Vec<Guarantee> {
    let guarantee = |against: &'static str, kinds: &'static [&'static str], within: Option<u64>| Guarantee {
        against,
        kinds,
        accepts: if within.is_some() { Accepts::Interrupted } else { Accepts::Survives },
        within: within.map(Millis),
        loses: None,
        span: Span::DEFAULT,
    };
    vec![
        guarantee("replica-crash", &["replica-crash"], None),
        guarantee("node", &["node-loss"], Some(5_000)),
        guarantee("datastore", &["datastore-unreachable"], None),
    ]
}

/// Two failures at once, whatever the engine would try.
fn survival(system: &System) -> Survival {
    let analysis = Analysis::new(system);
    let mut survival = analysis.survival(1);
    let worst = |kind: Kind| matches!(kind, Kind::NodeLoss | Kind::DatastoreUnreachable);
    let losses = single(system).into_iter().filter(|fault| worst(fault.kind));
    survival.combined = vec![analysis.verdict(losses.take(2).collect())];
    survival.tried = 276;
    survival
}

/// What every format makes of a system.
fn written(system: &System, origin: &Origin, color: bool) -> Vec<(&'static str, String)> {
    let (survival, demanded) = (survival(system), guarantees());
    let name = |at: usize| system.parts[at].name.clone();
    let cuts = [
        Cut { service: None, lost: vec![("node", system.nodes[0].name.clone()), ("member", name(1))] },
        Cut { service: Some(name(0)), lost: vec![("datastore", name(2))] },
    ];
    let largest = vec![("node-loss".to_owned(), 1.25), (name(1), 0.5)];
    let surveyed = Surveyed {
        system,
        origin,
        survival: &survival,
        at_once: 2,
        guarantees: &kept(&demanded, &survival.single),
        cuts: &cuts,
        estimates: &[Estimate { service: Some(name(0)), minutes_a_year: 12.345, largest }],
        color,
    };
    FORMATS.iter().map(|format| (format.name, (format.write)(&surveyed))).collect()
}

fn in_profile(system: &System) -> Origin {
    Origin::Profile(Keys::plain(system))
}

#[test]
fn reports_read_like_this() {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../../failures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for system in [three(), one()] {
        for (format, text) in written(&system, &in_profile(&system), false) {
            insta::assert_snapshot!(format!("{}.{format}", system.name), text);
        }
    }
    // The same of manifests has other words for what would mend it.
    let (_, text) = written(&one(), &Origin::Manifests(Hand::plain(&one())), false).remove(0);
    insta::assert_snapshot!("one-of-manifests.human", text);
}

#[test]
fn no_line_is_too_wide_and_no_name_breaks_out() {
    for system in [three(), one(), hostile()] {
        for origin in [in_profile(&system), Origin::Manifests(Hand::plain(&system))] {
            for (format, text) in written(&system, &origin, false) {
                let odd = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
                assert!(format == "json" || !text.contains(odd), "{format}: {text}");
                let wide = text.lines().find(|line| format == "human" && line.chars().count() > WIDTH);
                assert_eq!(wide, None, "{text}");
                if format == "markdown" {
                    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
                    assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| cells(line) == 8), "{text}");
                }
            }
        }
    }
}

/// What colors say, the words say too.
#[test]
fn colors_come_only_when_they_are_asked_for() {
    let (_, plain) = written(&three(), &in_profile(&three()), false).remove(0);
    let (_, colored) = written(&three(), &in_profile(&three()), true).remove(0);
    assert!(!plain.contains('\u{1b}') && colored.contains("\u{1b}[31m") && colored.contains("\u{1b}[32m"));
    let mut bare = colored;
    for code in ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"] {
        bare = bare.replace(code, "");
    }
    assert_eq!(bare, plain);
}

#[test]
fn json_is_what_its_schema_says() {
    let Some(python) = tool("failures: json by its schema", "venv/python") else { return };
    let mut documents: Vec<String> = Vec::new();
    for system in [three(), one(), hostile()] {
        let all = written(&system, &in_profile(&system), false);
        documents.extend(all.into_iter().filter(|(format, _)| *format == "json").map(|(_, text)| text));
    }
    let said: Json = serde_json::from_str(&documents[0]).unwrap();
    for list in ["failures", "cut_sets", "guarantees", "estimate"] {
        assert!(!said[list].as_array().unwrap().is_empty(), "{list}");
    }
    let wrong = broken(
        &documents[0],
        &[
            ("/profile", json!(null)),
            ("/more", json!(1)),
            ("/failures", json!({})),
            ("/failures/0/kind", json!("replica")),
            ("/failures/0/outcome", json!("dead")),
            ("/failures/0/interruption_s", json!(3)),
            ("/failures/0/interruption_s", json!({ "min": 1 })),
            ("/failures/0/interruption_s", json!({ "min": 1, "max": -2 })),
            ("/failures/0/capacity", json!("most")),
            ("/failures/0/data_loss", json!("")),
            ("/failures/0/needs_person", json!("yes")),
            ("/failures/0/why", json!(null)),
            ("/failures/0/mend", json!([])),
            ("/failures/0/more", json!("x")),
            ("/combined/at_once", json!(0)),
            ("/combined/failures/0/failures", json!([])),
            ("/combined/failures/0/kind", json!("drain")),
            ("/cut_sets/0/lost", json!([])),
            ("/cut_sets/0/lost/0/kind", json!("rack")),
            ("/fewest_failures_to_outage/whole", json!(0)),
            ("/guarantees/0/kept", json!(1)),
            ("/guarantees/0/broken_by", json!(null)),
            ("/estimate/0/minutes_a_year", json!("many")),
            ("/unknown", json!([1])),
        ],
    );
    judged_by_schema(&python, "schemas/failures.json", &documents, &wrong);
}
