//! The docker program.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{run, stdout_of};

pub(super) fn command(args: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(args);
    command
}

/// What it says; it must succeed.
#[track_caller]
pub(super) fn docker(args: &[&str]) -> String {
    stdout_of(&mut command(args)).trim().to_owned()
}

/// With a script as the input of a shell that it starts.
#[track_caller]
pub(super) fn script(args: &[&str], text: &str) {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let status = child.wait().unwrap();
    assert!(status.success(), "docker {args:?}: {status} for\n{text}");
}

/// What came of it, if it ended in time; its end is waited for no longer.
pub(super) fn within(time: Duration, args: &[&str]) -> Option<Output> {
    let mut child: Child =
        command(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > time {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        sleep(Duration::from_millis(10));
    }
    Some(child.wait_with_output().unwrap())
}

/// Removes everything of a label: containers, then what they used. Also when some of it is not there.
pub(super) fn remove(label: &str) {
    let filter = format!("label={label}");
    for (list, remove) in [
        (&["ps", "--all", "--quiet"][..], &["rm", "--force", "--volumes"][..]),
        (&["network", "ls", "--quiet"], &["network", "rm"]),
        (&["volume", "ls", "--quiet"], &["volume", "rm", "--force"]),
    ] {
        let listed = run(command(list).args(["--filter", &filter]));
        let names = String::from_utf8_lossy(&listed.stdout).into_owned();
        let names: Vec<&str> = names.split_whitespace().collect();
        if !names.is_empty() {
            run(command(remove).args(names));
        }
    }
}
