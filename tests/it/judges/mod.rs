//! snapshots/ before real judges: every tool that will read these files reads them here, as they lie.

mod compose;
mod etcd;
mod haproxy;
mod keepalived;
mod kubernetes;
mod nginx;
mod redis;
mod shell;
mod systemd;
mod yaml;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use crate::support::{root, run, text, tree};
use crate::yaml12;

/// A generated file, or one that a ConfigMap carries.
struct File {
    /// Below snapshots/; for one in a ConfigMap, that file's path and the key.
    name: String,
    text: String,
}

/// Paths of all snapshots that `wanted` says yes to, by their path below snapshots/.
fn paths(wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let base = root().join("snapshots");
    let found: Vec<PathBuf> =
        tree(&base).into_iter().filter(|path| wanted(&path.to_string_lossy())).map(|path| base.join(path)).collect();
    assert!(!found.is_empty(), "a judge without a case");
    found
}

/// The Kubernetes objects; kustomization.yaml is none, and scripts are none.
fn manifests() -> Vec<PathBuf> {
    paths(|path| path.contains("/k8s/") && path.ends_with(".yaml") && !path.ends_with("/kustomization.yaml"))
}

/// All snapshots of a name's ending, those inside ConfigMaps too.
fn files_and_config_maps(ending: &str) -> Vec<File> {
    files_below(&root().join("snapshots"), ending)
}

/// The same of any generated files.
fn files_below(base: &Path, ending: &str) -> Vec<File> {
    let below = |path: &PathBuf| path.strip_prefix(base.parent().unwrap()).unwrap().display().to_string();
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let mut files = Vec::new();
    for path in tree(base).into_iter().map(|path| base.join(path)) {
        if path.to_string_lossy().ends_with(ending) {
            files.push(File { name: below(&path), text: read(&path) });
        } else if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("configmap-")) {
            let object = yaml12::json(&read(&path));
            for (key, value) in object["data"].as_object().unwrap() {
                if key.ends_with(ending) {
                    let text = value.as_str().unwrap().to_owned();
                    files.push(File { name: format!("{} {key}", below(&path)), text });
                }
            }
        }
    }
    assert!(!files.is_empty(), "nothing below {} ends in {ending}", base.display());
    files
}

/// What a judge says against: nothing when it exits with 0 and writes nothing on stderr.
fn complaint(command: &mut Command) -> Option<String> {
    let output = run(command);
    if output.status.success() && output.stderr.is_empty() {
        return None;
    }
    Some(format!("{command:?}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// All complaints at once: one mistake in a template is in many files, and which ones tells a lot.
#[track_caller]
fn no_complaints(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// `kind namespace/name`, by which an object is the same one in another listing.
fn identity(object: &Json) -> String {
    let word = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    format!("{} {}/{}", word(&object["kind"]), word(&metadata["namespace"]), word(&metadata["name"]))
}
