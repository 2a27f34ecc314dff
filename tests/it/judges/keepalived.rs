//! keepalived itself checks every configuration, with the script and the interface it names.

use std::path::Path;
use std::process::Command;

use super::{complaint, files_and_config_maps, no_complaints};
use crate::support::tool;

/// What it says against a configuration.
fn judged(keepalived: &Path, text: &str) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    // Its script lies where the container has it; here, beside the configuration.
    let own = text.replace("/etc/keepalived/", &format!("{}/", directory.path().display()));
    std::fs::write(directory.path().join("keepalived.conf"), own).unwrap();
    std::fs::write(directory.path().join("check-balancer.sh"), "#!/bin/bash\n").unwrap();
    complaint(Command::new(keepalived).args(["-t", "-l", "-f"]).arg(directory.path().join("keepalived.conf")))
}

#[test]
fn keepalived_accepts() {
    let Some(keepalived) = tool("keepalived", "keepalived") else { return };
    let files = files_and_config_maps("keepalived.conf");
    let complaints: Vec<String> =
        files.iter().filter_map(|file| Some(format!("{}: {}", file.name, judged(&keepalived, &file.text)?))).collect();
    no_complaints(&complaints);
}

/// A judge that cannot say no proves nothing.
#[test]
fn keepalived_refuses_a_mistake() {
    let Some(keepalived) = tool("keepalived's own check", "keepalived") else { return };
    let file = files_and_config_maps("keepalived.conf").swap_remove(0);
    let said = judged(&keepalived, &file.text.replace("advert_int 1", "advert_int often")).unwrap();
    assert!(said.contains("advert_int") || said.contains("often"), "{said}");
}
