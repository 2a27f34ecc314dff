//! `a8ctl validate` on 10, 1,000 and 10,000 objects: time of the whole process, processor time, memory. Objects are two
//! of each of five kinds a file, made from the tests' flawless ones; nothing is found in them, so all rules look at all.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

const RUNS: usize = 9;

fn main() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validate");
    let base = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate/base.yaml")).unwrap();
    let mut processor = Vec::new();
    // Processor time is counted in hundredths of a second: what takes little runs often.
    for (files, times) in [(1, 100), (100, 10), (1000, 1)] {
        let below = directory.join(files.to_string());
        let _ = std::fs::remove_dir_all(&below);
        std::fs::create_dir_all(&below).unwrap();
        for number in 0..files {
            std::fs::write(below.join(format!("{number:04}.yaml")), objects(&base, number)).unwrap();
        }
        let mut runs: Vec<[f64; 3]> = (0..RUNS).map(|_| run(&below, times)).collect();
        let median = |runs: &mut Vec<[f64; 3]>, which: usize| {
            runs.sort_by(|a, b| a[which].total_cmp(&b[which]));
            runs[RUNS / 2][which]
        };
        let [wall, cpu, memory] = [0, 1, 2].map(|which| median(&mut runs, which));
        println!("validate, {} objects: {wall:.4} s, {cpu:.4} s of processors, {:.0} MiB", files * 10, memory / 1024.0);
        processor.push(cpu);
    }
    println!("validate, 10,000 objects against 1,000: {:.1} times the processor time", processor[2] / processor[1]);
}

/// Ten objects with names of their own.
fn objects(base: &str, number: usize) -> String {
    let documents: Vec<&str> = base.split("---\n").collect();
    let of = |kind: &str| documents.iter().find(|it| it.contains(&format!("kind: {kind}\nmetadata:"))).unwrap();
    let kinds = ["Deployment", "Service", "PodDisruptionBudget", "ConfigMap", "NetworkPolicy"];
    let mut out = Vec::new();
    for part in ["a", "b"] {
        for kind in kinds {
            let name = format!("web-{number}-{part}");
            let text = of(kind).replace("serviceAccountName: web", "automountServiceAccountToken: false");
            let text = text.replace("name: all", "name: web").replace("  strategy:", "  replicas: 3\n  strategy:");
            out.push(text.replace("web", &name));
        }
    }
    out.join("---\n")
}

/// Seconds on the clock, seconds of processors, KiB of one run out of several.
fn run(directory: &Path, times: u32) -> [f64; 3] {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%e %U %S %M", "sh", "-ec", r#"for _ in $(seq "$2"); do "$0" validate "$1"; done"#])
        .arg(env!("CARGO_BIN_EXE_a8ctl"))
        .arg(directory)
        .arg(times.to_string())
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let last = said.lines().last().unwrap();
    let figures: Vec<f64> = last.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let times = f64::from(times);
    [figures[0] / times, (figures[1] + figures[2]) / times, figures[3]]
}
