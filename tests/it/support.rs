//! What every test needs: the binary, the repository, tools that may be missing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use a8ctl::failure::{self, Keys, Origin};
use a8ctl::report::survival::for_runbook;
use a8ctl::target::{Failures, Header, Output as Location, Target};
use a8ctl::topology::Topology;

/// The header of what is written into a directory, with what the runbook says of failures.
pub(crate) fn header(command: String, topology: &Topology, target: &Target) -> Header {
    let system = failure::system(topology, target.platform);
    let (table, person) = for_runbook(&system, &Origin::Profile(Keys::of(topology, &system)));
    Header { command, output: Location::Stdout, failures: Some(Failures { table, person }) }
}

/// Held by tests that measure times in running containers.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Waits until no other test of that kind runs.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The built binary with arguments.
pub(crate) fn a8ctl(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_a8ctl"));
    command.args(args).env_remove("NO_COLOR").current_dir(root());
    command
}

/// What a finished command said, on failure with everything it said.
#[track_caller]
pub(crate) fn stdout_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// Runs a command whatever its exit status.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Where `scripts/test-tools` puts things.
fn tools() -> PathBuf {
    std::env::var_os("A8CTL_TOOLS").map_or_else(|| root().join("target/tools"), PathBuf::from)
}

/// A tool of `scripts/test-tools` (`haproxy-3.0`, `venv/python`, ...), or `None` after saying that `test` is
/// skipped. Where everything must run, a missing tool is a failure.
#[track_caller]
pub(crate) fn tool(test: &str, name: &str) -> Option<PathBuf> {
    let path = match name.strip_prefix("venv/") {
        Some(program) => tools().join("venv/bin").join(program),
        None => tools().join("bin").join(name),
    };
    if path.exists() {
        return Some(path);
    }
    skip(test, &format!("{name} is missing; `scripts/test-tools` prepares it"));
    None
}

/// Says that a test is skipped, and why; `scripts/test` repeats it at its end.
#[track_caller]
pub(crate) fn skip(test: &str, reason: &str) {
    assert!(
        std::env::var_os("A8CTL_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "{test} cannot be skipped here: {reason}"
    );
    eprintln!("skipped {test}: {reason}");
    if let Some(path) = std::env::var_os("A8CTL_SKIPPED") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{test}: {reason}"));
    }
}

/// Every file below a directory, by its path from there, in order.
pub(crate) fn tree(directory: &Path) -> Vec<PathBuf> {
    fn walk(directory: &Path, base: &Path, out: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(directory) else { return };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() { walk(&path, base, out) } else { out.extend(path.strip_prefix(base).map(Path::to_owned)) }
        }
    }
    let mut out = Vec::new();
    walk(directory, directory, &mut out);
    out
}
