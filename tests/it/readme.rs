//! The README's sessions are run, its tables compared with the program, its paths looked for.

use std::process::Command;

use a8ctl::datastore::KINDS;
use a8ctl::profile::BUILTINS;
use a8ctl::target::{TARGETS, Target};

use crate::support::{root, run, text};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The blocks of a fence.
fn blocks(readme: &str, fence: &str) -> Vec<String> {
    let start = format!("```{fence}\n");
    readme.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn sessions_say_what_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let binaries = std::path::Path::new(env!("CARGO_BIN_EXE_a8ctl")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let readme = readme();
    let blocks = blocks(&readme, "console");
    assert!(blocks.len() >= 5);
    for block in blocks {
        let (command, expected) = block.strip_prefix("$ ").unwrap().split_once('\n').unwrap();
        let shell = format!("{{ {command}; }} 2>&1");
        let output = run(Command::new("sh").args(["-c", &shell]).current_dir(directory.path()).env("PATH", &path));
        assert_eq!(text(&output.stdout).trim_end(), expected.trim_end(), "$ {command}");
    }
}

#[test]
fn the_profile_in_the_readme_is_one() {
    let directory = tempfile::tempdir().unwrap();
    for block in blocks(&readme(), "yaml") {
        std::fs::write(directory.path().join("ours.yaml"), block).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_a8ctl"));
        let output = run(command.args(["generate", "k8s", "./ours.yaml"]).current_dir(directory.path()));
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

#[test]
fn the_table_of_profiles_is_the_list() {
    let readme = readme();
    let table = readme.split("| profile | what it is |").nth(1).unwrap().split("\n\n").next().unwrap();
    let rows: Vec<&str> = table.lines().skip(2).collect();
    assert_eq!(rows.len(), BUILTINS.len());
    for (row, builtin) in rows.iter().zip(BUILTINS) {
        assert!(row.starts_with(&format!("| `{}` |", builtin.name)), "{row}");
        let can = |target: &Target| root().join("snapshots").join(builtin.name).join(target.name).is_dir();
        let cells: Vec<&str> = TARGETS.iter().map(|target| if can(target) { "yes" } else { "no" }).collect();
        assert!(row.ends_with(&format!("| {} |", cells.join(" | "))), "{row}");
    }
}

#[test]
fn paths_and_targets_exist() {
    let readme = readme();
    for word in readme.split('`').skip(1).step_by(2) {
        let path = word.split(['(', ' ']).next().unwrap();
        if ["src/", "tests/", "scripts/", "templates/", "profiles/", "snapshots/"]
            .iter()
            .any(|room| path.starts_with(room))
        {
            assert!(root().join(path).exists(), "README.md names `{path}`");
        }
    }
    for kind in KINDS {
        assert!(readme.contains(&format!("| `{}` |", kind.name)), "{}", kind.name);
    }
    for target in TARGETS {
        assert!(readme.contains(&format!("a8ctl generate {}", target.name)), "{}", target.name);
    }
}
