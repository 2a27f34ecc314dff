//! Images for what is run for real, made on this machine.

use std::process::Command;

use crate::support::{root, run, skip, text};

/// Makes images: `redis=REF`, `haproxy=REF`, and so on, as `scripts/test-images` says. False after a skip.
pub(crate) fn make(test: &str, arguments: &[String]) -> bool {
    let output = run(Command::new("bash").arg(root().join("scripts/test-images")).args(arguments));
    let said = text(&output.stderr);
    assert!(output.status.success(), "scripts/test-images {arguments:?}: {said}");
    let skipped = said.lines().find_map(|line| line.strip_prefix("skipped: "));
    skipped.inspect(|reason| skip(test, reason)).is_none()
}
