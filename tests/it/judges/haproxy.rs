//! Three versions of haproxy check every configuration; a warning counts as an error.

use std::process::Command;

use super::{complaint, files_and_config_maps, no_complaints};
use crate::support::tool;

fn accepts(name: &str) {
    let Some(haproxy) = tool(name, name) else { return };
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("haproxy.cfg");
    let mut complaints = Vec::new();
    for file in files_and_config_maps("haproxy.cfg") {
        std::fs::write(&path, &file.text).unwrap();
        let said = complaint(Command::new(&haproxy).args(["-dW", "-c", "-f"]).arg(&path));
        complaints.extend(said.map(|said| format!("{}: {said}", file.name)));
    }
    no_complaints(&complaints);
}

#[test]
fn haproxy_2_6_accepts() {
    accepts("haproxy-2.6");
}

#[test]
fn haproxy_3_0_accepts() {
    accepts("haproxy-3.0");
}

#[test]
fn haproxy_3_2_accepts() {
    accepts("haproxy-3.2");
}
