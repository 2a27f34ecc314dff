//! snapshots/ is what every profile becomes on every target that can carry it, as real files.
//! `UPDATE_SNAPSHOTS=1 cargo test golden` writes them anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use a8ctl::profile::{self, BUILTINS, Request};
use a8ctl::target::{Header, Output, TARGETS};

use crate::support::{root, tree};

/// Every artifact of every profile and target, by its path below snapshots/, and the targets that refused.
fn rendered() -> (BTreeMap<PathBuf, String>, Vec<String>) {
    let mut files = BTreeMap::new();
    let mut refused = Vec::new();
    for builtin in BUILTINS {
        let request = Request { profile: builtin.name, overlays: &[], sets: &[] };
        let loaded = profile::load(&request, &|path| panic!("{} reads {path:?}", builtin.name));
        assert!(loaded.problems.is_empty(), "{}: {:?}", builtin.name, loaded.problems);
        let profile = loaded.profile.unwrap();
        for target in TARGETS {
            let command = format!("a8ctl generate {} {}", target.name, builtin.name);
            let header = Header { command, output: Output::Stdout };
            let below = PathBuf::from(builtin.name).join(target.name);
            match (target.render)(&profile.topology, &header) {
                Ok(artifacts) => {
                    files.extend(artifacts.files.into_iter().map(|file| (below.join(file.path), file.text)))
                }
                Err(_) => refused.push(below.display().to_string()),
            }
        }
    }
    (files, refused)
}

#[test]
fn snapshots_are_what_is_rendered() {
    let (files, refused) = rendered();
    // What spreads over several nodes has no Compose project yet; everything else renders everywhere.
    assert_eq!(refused, ["multi-node/compose", "multi-zone/compose", "external-db/compose"]);
    let directory = root().join("snapshots");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        for builtin in BUILTINS {
            let _ = std::fs::remove_dir_all(directory.join(builtin.name));
        }
        for (path, text) in &files {
            let full = directory.join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
    }
    for (path, text) in &files {
        let lies = std::fs::read_to_string(directory.join(path)).unwrap_or_default();
        assert!(lies == *text, "snapshots/{} is stale: UPDATE_SNAPSHOTS=1 cargo test golden", path.display());
    }
    let extra: Vec<PathBuf> = tree(&directory).into_iter().filter(|path| !files.contains_key(path)).collect();
    assert!(extra.is_empty(), "nobody renders {extra:?}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = rendered();
    for _ in 0..20 {
        assert_eq!(rendered(), first);
    }
}
