//! A whole run of the binary against the floor: a program that prints one line, built and timed in the same minute.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Pairs of runs; the median of their ratios is printed.
const PAIRS: usize = 300;

fn main() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, floor) = (directory.join("floor.rs"), directory.join("floor"));
    std::fs::write(&source, "fn main() { println!(\"hello\"); }\n").unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let built = Command::new(rustc)
        .args(["-O", "-C", "panic=abort", "-C", "strip=symbols", "-o"])
        .arg(&floor)
        .arg(&source)
        .status();
    assert!(built.unwrap().success());
    for args in
        [["generate", "k8s", "multi-node"], ["generate", "compose", "single-node"], ["profile", "show", "multi-zone"]]
    {
        let mut ratios: Vec<f64> = Vec::new();
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..PAIRS {
            let ours = time(Command::new(env!("CARGO_BIN_EXE_a8ctl")).args(args));
            ratios.push(ours.as_secs_f64() / time(&mut Command::new(&floor)).as_secs_f64());
            times.push(ours);
        }
        ratios.sort_by(f64::total_cmp);
        times.sort();
        let median = PAIRS / 2;
        println!(
            "a8ctl {}: {:.2} times the floor (median of {PAIRS} pairs), {:?}",
            args.join(" "),
            ratios[median],
            times[median]
        );
    }
    peak();
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success());
    start.elapsed()
}

/// Peak memory, by GNU time: the kernel's figure for a child starts at its parent's size.
fn peak() {
    let run = Command::new("/usr/bin/time")
        .args(["-f", "%M", env!("CARGO_BIN_EXE_a8ctl"), "generate", "k8s", "multi-node", "-q"])
        .stdout(Stdio::null())
        .output();
    match run {
        Ok(output) => {
            println!("a8ctl generate k8s multi-node: peak {} KiB", String::from_utf8_lossy(&output.stderr).trim())
        }
        Err(error) => println!("peak memory not measured: /usr/bin/time: {error}"),
    }
}
