//! The images a project names, made on this machine.

use std::path::Path;
use std::process::Command;

use crate::support::{root, run, skip, text};
use crate::yaml12;

/// Makes the images that the file names. False after a skip.
pub(super) fn make(test: &str, compose: &Path) -> bool {
    let file = yaml12::json(&std::fs::read_to_string(compose).unwrap());
    let mut arguments: Vec<String> = Vec::new();
    for (service, settings) in file["services"].as_object().unwrap() {
        let kind = service.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
        let kind = if kind == "balancer" { "haproxy" } else { kind };
        arguments.push(format!("{kind}={}", settings["image"].as_str().unwrap()));
    }
    arguments.sort();
    arguments.dedup();
    let output = run(Command::new("bash").arg(root().join("scripts/test-images")).args(&arguments));
    let said = text(&output.stderr);
    assert!(output.status.success(), "scripts/test-images {arguments:?}: {said}");
    let skipped = said.lines().find_map(|line| line.strip_prefix("skipped: "));
    skipped.inspect(|reason| skip(test, reason)).is_none()
}
