//! All pairs of failures of 1,000 parts on 100 nodes in 3 zones, as a whole process against its bar; and, where the
//! command is there, `a8ctl failures multi-zone` against a program that prints one line.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use a8ctl::failure::{
    Amounts, Analysis, Clocks, Keeps, Lapse, Member, Need, Node, Part, Role, Roll, Shape, System, Takeover, Update,
};

const PARTS: usize = 1_000;
const NODES: usize = 100;
const ZONES: usize = 3;
const RUNS: usize = 9;
/// Pairs of runs; the median of their ratios is printed.
const PAIRS: usize = 300;

fn main() {
    if let Some(what) = std::env::args().find_map(|argument| argument.strip_prefix("only=").map(str::to_owned)) {
        return only(&what);
    }
    for (what, bar) in [("pairs", "the bar is 1 s"), ("cuts", "order 2, no bar"), ("system", "no analysis")] {
        let mut times: Vec<Duration> = Vec::new();
        let mut said = String::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let me = std::env::current_exe().unwrap();
            let output = Command::new(me).arg(format!("only={what}")).output().unwrap();
            assert!(output.status.success());
            times.push(start.elapsed());
            said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        }
        times.sort();
        println!("{what} of the large system, whole process: {:?} (median of {RUNS}; {bar}); {said}", times[RUNS / 2]);
    }
    command();
}

/// What one process does.
fn only(what: &str) {
    let system = large();
    let analysis = Analysis::new(&system);
    match what {
        "pairs" => {
            let survival = analysis.survival(2);
            println!(
                "{} single failures, {} pairs, {} kept for {}, {} more, peak {}",
                survival.single.len(),
                survival.tried,
                survival.combined.len(),
                survival.combined.iter().map(|verdict| verdict.alike).sum::<u64>(),
                survival.more,
                peak()
            );
        }
        "cuts" => {
            let cuts = analysis.cuts(2);
            println!("order {}, {} sets, fewest {:?}, peak {}", cuts.order, cuts.whole.len(), cuts.fewest(), peak());
        }
        _ => println!("{} parts, peak {}", system.parts.len(), peak()),
    }
}

/// Parts of three members in three zones: every third a service's replicas, a quorum, a primary with a copy each; each
/// needs one or two of those before it.
fn large() -> System {
    let lapse = |max: u64| Some(Lapse::ms(max / 2, max));
    let nodes = (0..NODES).map(|node| Node { name: format!("node-{node}"), zone: Some(node % ZONES) }).collect();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 16).unwrap() % bound.max(1)
    };
    let part = |index: usize| {
        let first = below(NODES - NODES % ZONES) / ZONES * ZONES;
        let member = |zone: usize| Member { name: format!("part-{index}-{zone}"), node: Some(first + zone) };
        let (role, shape, keeps) = match index % 3 {
            0 => (Role::Datastore, Shape::Quorum, Keeps::Disk),
            1 => {
                let shape = Shape::PrimaryReplica { voters: None, followers: 1, automatic: true };
                (Role::Datastore, shape, Keeps::Disk)
            }
            _ => (Role::Service, Shape::AnyOf, Keeps::Nothing),
        };
        let needs = if index == 0 { 0 } else { 1 + below(2) };
        Part {
            name: format!("part-{index}"),
            role,
            shape,
            members: (0..ZONES).map(member).collect(),
            needs: (0..needs).map(|_| Need { part: below(index), honest: true }).collect(),
            critical: true,
            keeps,
            apart: true,
            zones: 0,
            budget: Some(1),
            asks: Amounts::default(),
            clocks: Clocks {
                crash_seen: Some(Lapse::NONE),
                hang_seen: lapse(1_500),
                node_seen: lapse(1_500),
                start_seen: Some(Lapse::NONE),
                start_allowed: Some(60_000),
                restart: lapse(700),
                revive: lapse(30_000),
                moved: lapse(360_000).filter(|_| keeps == Keeps::Nothing),
                drained: lapse(3_000),
                rolled: None,
                roll: Roll::OneByOne,
                update: Update::Counted,
                undrained: false,
                stop: Lapse::NONE,
                takeover: Takeover {
                    crash: Lapse::ms(500, 2_000),
                    hang: Lapse::ms(1_000, 2_000),
                    node: Lapse::ms(1_000, 2_000),
                    planned: Some(Lapse::ms(0, 200)),
                    agree: 0,
                    asks: false,
                    guarded: true,
                    cut_loss: Some(2_500),
                    holds: false,
                },
            },
        }
    };
    let parts = (0..PARTS).map(part).collect();
    let zones = (0..ZONES).map(|zone| format!("zone-{zone}")).collect();
    System { name: "large".to_owned(), nodes, zones, parts, ..System::default() }
}

/// The most memory this process had, as the kernel counts it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    line.trim().to_owned()
}

/// The command on a profile of this repository.
fn command() {
    let args = ["failures", "multi-zone"];
    let ours = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_a8ctl"));
        command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    if !ours().status().is_ok_and(|status| status.success()) {
        println!("a8ctl {}: not measured, it does not run", args.join(" "));
        return;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, floor) = (directory.join("floor.rs"), directory.join("floor"));
    std::fs::write(&source, "fn main() { println!(\"hello\"); }\n").unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let flags = ["-O", "-C", "panic=abort", "-C", "strip=symbols", "-o"];
    assert!(Command::new(rustc).args(flags).arg(&floor).arg(&source).status().unwrap().success());
    let time = |command: &mut Command| {
        let start = Instant::now();
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
        start.elapsed()
    };
    let mut pairs: Vec<(f64, Duration)> = (0..PAIRS)
        .map(|_| {
            let taken = time(&mut ours());
            (taken.as_secs_f64() / time(&mut Command::new(&floor)).as_secs_f64(), taken)
        })
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ratio = pairs[PAIRS / 2].0;
    pairs.sort_by_key(|pair| pair.1);
    let median = pairs[PAIRS / 2].1;
    println!(
        "a8ctl {}: {ratio:.2} times the floor (median of {PAIRS} pairs), {median:?}; the bar is 15 ms",
        args.join(" ")
    );
}
