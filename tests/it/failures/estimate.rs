//! Expected outage, against closed forms and against the sum over every state.

use a8ctl::failure::{Analysis, Cause, Estimate, Keeps, Part, Rate, Rates, Role, Shape, System};

use super::build;
use super::random::system;

const YEAR: f64 = 525_960.0;
const NEVER: Rate = Rate::new(0.0, 0.0);
/// A tenth of the time: 8766 hours a year, a cycle of nine hours and one.
const TENTH: Rate = Rate::new(876.6 / 0.9, 1.0);

fn rates() -> Rates {
    Rates { process: NEVER, balancer: NEVER, node: NEVER, zone: NEVER, external: NEVER, disk: NEVER }
}

fn whole(line: &str, rates: &Rates) -> Estimate {
    let system = build::system(line);
    Analysis::new(&system).estimate(rates).whole.unwrap()
}

#[track_caller]
fn same(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * YEAR, "{got} is not {expected}");
}

#[test]
fn closed_forms() {
    let q: f64 = 0.1;
    let u: f64 = 0.1;
    let processes = Rates { process: TENTH, ..rates() };
    let nodes = Rates { node: TENTH, ..rates() };
    let both = Rates { process: TENTH, node: TENTH, ..rates() };
    let cases: &[(&str, &Rates, f64)] = &[
        ("n1 | a service any n1", &processes, q),
        ("n1 | a service any n1 n1", &processes, q * q),
        ("n1 | a service quorum n1 n1 n1", &processes, 3.0 * q * q * (1.0 - q) + q * q * q),
        ("n1 | a service any n1 >b | b store any n1", &processes, 1.0 - (1.0 - q) * (1.0 - q)),
        ("n1 | a service any n1 >b | b store any n1 optional", &processes, q),
        ("n1 n2 | a service any n1 n1", &both, u + (1.0 - u) * q * q),
        ("n1 n2 | a service any n1 n2", &both, (u + (1.0 - u) * q).powi(2)),
        ("n1 n2 | a service any n1 n2 >b | b store any n1 n2", &nodes, u * u),
        ("n1 n2 | a service any n1 >b | b store any n2", &nodes, 1.0 - (1.0 - u).powi(2)),
        (
            "n1/z n2/z | a service any n1 n2",
            &Rates { zone: TENTH, ..both },
            u + (1.0 - u) * (u + (1.0 - u) * q).powi(2),
        ),
        ("n1 | a service any n1 >b | b external any *", &Rates { external: TENTH, ..rates() }, 0.1),
        ("n1 | a service any n1 >b | b balancer any n1", &Rates { balancer: TENTH, ..rates() }, 0.1),
        ("n1 | a service any n1 >b | b store any n1 disk", &Rates { disk: TENTH, ..processes }, 1.0 - 0.9_f64.powi(3)),
        // Nobody takes over without votes.
        (
            "| a service any * * * * * * * * * * >b | b store primary * * votes=v | v voter quorum *",
            &processes,
            1.0 - (1.0 - q.powi(10)) * ((1.0 - q) * (1.0 - q * q) + q * (1.0 - q).powi(2)),
        ),
        // A person makes another the primary: the first must be there.
        ("| a service manual * * * followers=1", &processes, 1.0 - (1.0 - q) * (1.0 - q * q)),
        // A quarter of the hour until it runs on the other node, if that is there.
        ("n1 n2 | a service any n1 moved=900000", &nodes, u * 0.25 + u * 0.75 * u),
        // No room for a second one on a node.
        ("n1 n2 | a service quorum n1 n2 n2 apart moved=900000", &nodes, 1.0 - (1.0 - u) * (1.0 - u) - (1.0 - u) * u),
    ];
    for (line, rates, expected) in cases {
        let got = whole(line, rates);
        assert!((got.minutes - got.takeovers - expected * YEAR).abs() < 1e-3, "{line}: {got:?}, {}", expected * YEAR);
    }
}

#[test]
fn what_is_started_again_is_away_for_that_long() {
    let rates = Rates { process: Rate::new(10.0, 99.0), ..rates() };
    let years = 10.0 * 6.0 / 3600.0 / 8766.0;
    same(whole("| a service any * restart=5000..7000", &rates).minutes, YEAR * years / (1.0 + years));
}

#[test]
fn takeovers_are_told_apart() {
    let rates = Rates { process: Rate::new(10.0, 1.0), ..rates() };
    let vip = whole("| a service primary * * t-crash=2000..4000 restart=0", &rates);
    same(vip.takeovers, 10.0 * 3.0 / 60.0);
    // Half of the requests until it is noticed, from each of two.
    let share = whole("| a service any * * crash=6000 restart=60000", &rates);
    same(share.takeovers, 20.0 * 0.1 * 0.5);
    assert!(share.minutes > share.takeovers);
    let rates = Rates { node: Rate::new(2.0, 1.0), ..rates };
    same(whole("n1 n2 | a service primary n1 n2 t-node=30000 restart=0", &rates).takeovers, 2.0);
}

#[test]
fn the_largest_contributors_come_first() {
    let line = "n1 n2 | a service any n1 n2 restart=1000 >b >c | b store any n1 restart=60000 | c external any *";
    let rates = Rates { node: Rate::new(1.0, 10.0), ..Rates::default() };
    let got = whole(line, &rates);
    let causes: Vec<Cause> = got.largest.iter().map(|(cause, _)| *cause).collect();
    assert_eq!(causes, [Cause::Nodes, Cause::Processes(2), Cause::Processes(1)]);
    assert!(got.largest.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    // Without the external datastore: what is left is what it adds, almost.
    let less = whole(line, &Rates { external: NEVER, ..rates });
    same(got.minutes - less.minutes, got.largest[1].1);
}

#[test]
fn too_many_states_have_no_answer() {
    let nodes: Vec<String> = (0..40).map(|node| format!("n{node}")).collect();
    let all = nodes.join(" ");
    let system = build::system(&format!("{all} | a service any {all} | b service any n1 n2"));
    let estimates = Analysis::new(&system).estimate(&Rates::default());
    assert!(estimates.whole.is_none());
    assert!(estimates.services[0].1.is_none());
    assert!(estimates.services[1].1.is_some());
    // Parts that share no node are summed over apart.
    let pairs: Vec<String> = (0..20).map(|at| format!("p{at} service any n{} n{}", 2 * at, 2 * at + 1)).collect();
    let system = build::system(&format!("{all} | {}", pairs.join(" | ")));
    let nodes = Rates { node: TENTH, ..rates() };
    let got = Analysis::new(&system).estimate(&nodes).whole.unwrap();
    same(got.minutes - got.takeovers, YEAR * (1.0 - 0.99_f64.powi(20)));
}

/// Whether a part takes reads and writes with these members, by the words of its shape.
fn serves(part: &Part, up: &[bool], votes: bool) -> bool {
    let count = up.iter().filter(|it| **it).count();
    match part.shape {
        _ if part.role == Role::External => count == up.len(),
        Shape::AnyOf => count >= 1,
        Shape::Quorum => count > up.len() / 2,
        Shape::PrimaryReplica { followers, automatic, .. } => {
            let primary = if automatic { votes || count == up.len() } else { up[0] };
            primary && count > followers as usize
        }
    }
}

/// The chance that not all that matters serves: every state of every zone, node and process.
fn by_every_state(system: &System, chance: f64) -> Option<f64> {
    let members: usize =
        system.parts.iter().map(|part| if part.role == Role::External { 1 } else { part.members.len() }).sum();
    let (zones, nodes) = (system.zones.len(), system.nodes.len());
    if zones + nodes + members > 15 {
        return None;
    }
    let matters = system.matters();
    let mut down = 0.0;
    for state in 0_u32..1 << (zones + nodes + members) {
        let up = |bit: usize| state >> bit & 1 == 0;
        let node_up = |node: usize| up(zones + node) && system.nodes[node].zone.is_none_or(up);
        let mut bit = zones + nodes;
        let mut there: Vec<Vec<bool>> = Vec::new();
        for part in &system.parts {
            let external = part.role == Role::External;
            there.push(
                part.members
                    .iter()
                    .enumerate()
                    .map(|(number, member)| {
                        up(bit + if external { 0 } else { number }) && member.node.is_none_or(node_up)
                    })
                    .collect(),
            );
            bit += if external { 1 } else { part.members.len() };
        }
        let fine = system.parts.iter().enumerate().all(|(index, part)| {
            let votes = part
                .voters()
                .is_none_or(|voters| there[voters].iter().filter(|it| **it).count() >= system.agreement(voters));
            !matters[index] || part.role == Role::Voter || serves(part, &there[index], votes)
        });
        if !fine {
            let away = state.count_ones();
            let all = u32::try_from(zones + nodes + members).unwrap();
            down += chance.powi(i32::try_from(away).unwrap()) * (1.0 - chance).powi(i32::try_from(all - away).unwrap());
        }
    }
    Some(down)
}

#[test]
fn exactly_the_sum_over_every_state() {
    let all = Rates { process: TENTH, balancer: TENTH, node: TENTH, zone: TENTH, external: TENTH, disk: NEVER };
    let mut compared = 0;
    for seed in 0..400 {
        let mut system = system(seed);
        for part in &mut system.parts {
            part.keeps = Keeps::Nothing;
            part.clocks.moved = None;
            part.clocks.restart = None;
            part.members.truncate(3);
        }
        let Some(expected) = by_every_state(&system, 0.1) else { continue };
        let got = Analysis::new(&system).estimate(&all).whole.unwrap();
        assert!(
            (got.minutes - got.takeovers - expected * YEAR).abs() < 1e-6,
            "seed {seed}: {got:?} {expected} {system:#?}"
        );
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}
