//! Every generated script before shellcheck and the machine's own shell.

use std::process::Command;

use super::{complaint, files_and_config_maps, no_complaints};
use crate::support::tool;

/// What a command, given the path of a script last, says against any of them.
fn judged(command: impl Fn() -> Command) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("script.sh");
    let mut complaints = Vec::new();
    for file in files_and_config_maps(".sh") {
        std::fs::write(&path, &file.text).unwrap();
        complaints.extend(complaint(command().arg(&path)).map(|said| format!("{}: {said}", file.name)));
    }
    complaints
}

#[test]
fn shellcheck_is_content() {
    let Some(shellcheck) = tool("shellcheck", "shellcheck") else { return };
    // Each says in its first line what shell it is for.
    no_complaints(&judged(|| {
        let mut command = Command::new(&shellcheck);
        command.args(["-f", "gcc"]);
        command
    }));
}

#[test]
fn the_shell_reads_them() {
    no_complaints(&judged(|| {
        let mut command = Command::new("sh");
        command.arg("-n");
        command
    }));
}
