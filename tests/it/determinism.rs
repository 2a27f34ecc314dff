//! Same input, same bytes: from run to run, and from wherever the command is called.

use std::path::Path;
use std::process::Command;

use crate::support::{a8ctl, root, stdout_of, tree};

const RUNS: usize = 100;

/// A profile of somebody's own, in a directory of its own.
const OWN: &str = "# Two controllers.\nextends: multi-node\nservices:\n  controller: { replicas: 2 }\n";

/// What two runs must have in common: stdout, and the bytes of every file below the output directory.
fn outcome(command: &mut Command, output: &Path) -> String {
    let mut all = stdout_of(command);
    for path in tree(output) {
        all.push_str(&format!("=== {}\n{}", path.display(), std::fs::read_to_string(output.join(&path)).unwrap()));
    }
    all
}

#[track_caller]
fn one_of_many(runs: &[String]) {
    assert!(runs[0].len() > 1000, "too little to compare:\n{}", runs[0]);
    for run in runs {
        assert!(*run == runs[0], "one run gave\n{}\nanother\n{run}", runs[0]);
    }
}

/// Half of the runs from the repository, half from the root directory.
fn runs(target: &str, profile: &str) {
    let directory = tempfile::tempdir().unwrap();
    let from = |run: usize| if run.is_multiple_of(2) { root() } else { Path::new("/") };
    let streams: Vec<String> =
        (0..RUNS).map(|run| stdout_of(a8ctl(&["generate", target, profile]).current_dir(from(run)))).collect();
    one_of_many(&streams);
    let written: Vec<String> = (0..RUNS)
        .map(|run| {
            // A new directory each time: what lies there already is no help.
            let output = directory.path().join(run.to_string());
            let mut command = a8ctl(&["generate", target, profile, "-q", "-o"]);
            outcome(command.arg(&output).current_dir(from(run)), &output)
        })
        .collect();
    one_of_many(&written);
}

#[test]
fn kubernetes_is_the_same_a_hundred_times() {
    runs("k8s", "multi-node");
}

#[test]
fn compose_is_the_same_a_hundred_times() {
    runs("compose", "single-node");
}

#[test]
fn nginx_is_the_same_a_hundred_times() {
    runs("nginx", "vm-nginx");
}

#[test]
fn a_profile_file_is_the_same_from_anywhere() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("profiles");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("own.yaml"), OWN).unwrap();
    let full = own.join("own.yaml");
    let calls = [
        ("./own.yaml", own.as_path()),
        ("own.yaml", own.as_path()),
        ("profiles/own.yaml", directory.path()),
        ("../profiles/own.yaml", own.as_path()),
        (full.to_str().unwrap(), Path::new("/")),
    ];
    let mut outcomes = Vec::new();
    for (number, (path, from)) in calls.into_iter().enumerate() {
        let output = directory.path().join(number.to_string());
        let mut written =
            outcome(a8ctl(&["generate", "k8s", path, "-q", "-o"]).arg(&output).current_dir(from), &output);
        written.push_str(&stdout_of(a8ctl(&["generate", "k8s", path]).current_dir(from)));
        outcomes.push(written);
    }
    one_of_many(&outcomes);
}
