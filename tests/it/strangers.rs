//! A control plane that no built-in profile resembles is one YAML file.

use std::path::Path;

use a8ctl::target::TARGETS;

use crate::support::{a8ctl, run, stdout_of, text};

const PROFILE: &str = "tests/profiles/ledger.yaml";

fn generate(arguments: &[&str]) -> std::process::Command {
    let mut command = a8ctl(&["generate"]);
    command.args(arguments).current_dir(crate::support::root());
    command
}

#[test]
fn every_target_carries_it() {
    let directory = tempfile::tempdir().unwrap();
    for target in TARGETS {
        let out = directory.path().join(target.name);
        stdout_of(generate(&[target.name, PROFILE, "-o"]).arg(&out));
        assert!(Path::new(&out).join(".a8ctl-files").exists());
    }
}

#[test]
fn what_a_target_cannot_express_is_listed() {
    let said = stdout_of(&mut generate(&["compose", PROFILE, "--report"]));
    for words in [
        "compose cannot express of ledger:",
        "disruption budgets\n      in its place: nobody drains hosts",
        "the readiness probe of `writer`\n      in its place: the balancer's connection to it",
        "the move of `auditor` to another node",
        "Not critical, so nothing stands in for it:\n  redis\n      the services go on without it",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said = stdout_of(&mut generate(&["k8s", PROFILE, "--report"]));
    assert!(said.contains("the moving address 192.0.2.50") && !said.contains("budget"), "{said}");
    let said = stdout_of(&mut generate(&["k8s", "tests/profiles/plain.yaml", "--report"]));
    assert_eq!(said, "k8s expresses everything of plain.\n");
}

#[test]
fn strict_parity_makes_gaps_errors_at_their_lines() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    let output = run(generate(&["k8s", PROFILE, "--strict-parity", "-o"]).arg(&out));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("error[parity]: this target cannot express the moving address 192.0.2.50"), "{said}");
    assert!(said.contains("ledger.yaml:14:") && said.contains("nothing was written") && !out.exists(), "{said}");
    let bare = ["k8s", "tests/profiles/plain.yaml", "--strict-parity"];
    assert!(!stdout_of(&mut generate(&bare)).is_empty());
}
