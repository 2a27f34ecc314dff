//! Two versions of Docker Compose read every project.

use std::process::Command;

use super::{complaint, no_complaints, paths};
use crate::support::tool;

fn accepts(name: &str) {
    let Some(compose) = tool(name, name) else { return };
    let complaints: Vec<String> = paths(|path| path.ends_with("/compose.yaml"))
        .iter()
        .filter_map(|file| complaint(Command::new(&compose).arg("-f").arg(file).args(["config", "-q"])))
        .collect();
    no_complaints(&complaints);
}

#[test]
fn compose_2_26_accepts() {
    accepts("docker-compose-2.26");
}

#[test]
fn compose_2_40_accepts() {
    accepts("docker-compose-2.40");
}
