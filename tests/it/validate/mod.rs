//! `a8ctl validate`: what it finds, what it does not, and how it says so.

mod clean;
pub(crate) mod documents;
pub(crate) mod faults;
mod fix;
mod formats;
mod kustomize;
mod ours;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use crate::support::{a8ctl, run, text};

/// What a judgement says of one flaw.
#[derive(Debug)]
struct Found {
    rule: String,
    message: String,
    line: u64,
}

/// Judges a text by standard input; the exit code and what it says.
fn judge(args: &[&str], manifest: &str) -> (i32, String, String) {
    let output = with_stdin(a8ctl(&["validate", "-"]).args(args), manifest);
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Runs a command that reads a text.
fn with_stdin(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Everything found in a text that is in a file of some name, those that are worth knowing only too.
fn findings(name: &str, manifest: &str) -> Vec<Found> {
    findings_with(&[], name, manifest)
}

/// The same with more said on the command line.
fn findings_with(flags: &[&str], name: &str, manifest: &str) -> Vec<Found> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(name), manifest).unwrap();
    let output = run(a8ctl(&["validate", "--format", "json"]).args(flags).arg(directory.path()));
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", text(&output.stderr));
    let said: Json = serde_json::from_slice(&output.stdout).unwrap();
    let found = said["findings"].as_array().unwrap().iter().map(|it| Found {
        rule: it["rule"].as_str().unwrap().to_owned(),
        message: it["message"].as_str().unwrap().to_owned(),
        line: it["line"].as_u64().unwrap_or(0),
    });
    // A secret is somebody else's to make.
    found.filter(|it| it.rule != "dangling-secret").collect()
}
