//! YAML 1.1 readers against a YAML 1.2 reader, and yamllint.

use std::process::Command;

use serde_json::Value as Json;

use super::{complaint, no_complaints, paths};
use crate::support::{root, stdout_of, tool};
use crate::yaml12;

/// `on`, `0123`, `1:30` and `2001-01-01` are what the two versions read differently.
#[test]
fn yaml_1_1_and_1_2_read_the_same() {
    let Some(python) = tool("YAML 1.1", "venv/python") else { return };
    let files = paths(|path| path.ends_with(".yaml"));
    let seen = stdout_of(Command::new(python).arg(root().join("tests/judges/read_yaml.py")).args(&files));
    assert_eq!(seen.lines().count(), files.len());
    for (file, line) in files.iter().zip(seen.lines()) {
        let documents: Vec<Json> = serde_json::from_str(line).unwrap();
        let own = yaml12::json(&std::fs::read_to_string(file).unwrap());
        assert_eq!(documents, [own], "{}", file.display());
    }
}

#[test]
fn yamllint_is_content() {
    let Some(yamllint) = tool("yamllint", "venv/yamllint") else { return };
    let files = paths(|path| path.ends_with(".yaml"));
    let mut command = Command::new(yamllint);
    command.args(["--strict", "-f", "parsable", "-c"]).arg(root().join("tests/judges/yamllint.yaml")).args(files);
    no_complaints(&complaint(&mut command).into_iter().collect::<Vec<_>>());
}
