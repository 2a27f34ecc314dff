//! snapshots/ is what every profile becomes on every target that can carry it, as real files: the built-in ones, and
//! those of tests/profiles/, which hold what no built-in one does.
//! `UPDATE_SNAPSHOTS=1 cargo test golden` writes them anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use a8ctl::profile::{self, BUILTINS, Request};
use a8ctl::target::TARGETS;

use crate::support::{header, root, tree};

/// What cannot be had: open-source nginx in front of a datastore, several processes at one port of a host, a service that
/// others call and nobody balances over, replicated storage but on Compose.
const REFUSED: &[&str] = &[
    "single-node/nginx",
    "multi-node/nginx",
    "multi-zone/nginx",
    "external-db/nginx",
    "api-manager/haproxy",
    "api-manager/nginx",
    "replicated-registry/k8s",
    "replicated-registry/haproxy",
    "replicated-registry/nginx",
    "vm-haproxy/nginx",
    "node-side/nginx",
    "etcd-replaced/haproxy",
    "etcd-replaced/nginx",
    "etcd-tls/haproxy",
    "etcd-tls/nginx",
    "etcd/haproxy",
    "etcd/nginx",
];
/// How each profile is named on a command line, and below snapshots/.
fn profiles() -> Vec<(String, String)> {
    let builtins = BUILTINS.iter().map(|builtin| (builtin.name.to_owned(), builtin.name.to_owned()));
    let ours = tree(&root().join("tests/profiles")).into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (format!("./tests/profiles/{}", path.display()), name)
    });
    builtins.chain(ours).collect()
}

/// Every artifact of every profile and target, by its path below snapshots/, and the targets that refused.
fn rendered() -> (BTreeMap<PathBuf, String>, Vec<String>) {
    let mut files = BTreeMap::new();
    let mut refused = Vec::new();
    for (path, name) in profiles() {
        let request = Request { profile: &path, overlays: &[], sets: &[] };
        let read = |path: &Path| std::fs::read(root().join(path)).map_err(|error| error.to_string());
        let loaded = profile::load(&request, &read);
        assert!(loaded.problems.is_empty(), "{name}: {:?}", loaded.problems);
        let profile = loaded.profile.unwrap();
        for target in TARGETS {
            let command = format!("a8ctl generate {} {path}", target.name);
            let header = header(command, &profile.topology, target);
            let below = PathBuf::from(&name).join(target.name);
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
    assert_eq!(refused, REFUSED);
    let directory = root().join("snapshots");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        for (_, name) in profiles() {
            let _ = std::fs::remove_dir_all(directory.join(name));
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
