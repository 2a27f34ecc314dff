//! Names in pods that must be names of other objects.

use super::api::Report;
use super::cluster::Cluster;
use crate::diagnostic::quoted;
use crate::manifest::{View, Workload};

/// Every ConfigMap or Secret that a workload's pods need, where they name it, and its keys that they name.
fn of<'a>(workload: &Workload<'a>, kind: &str) -> Vec<(View<'a>, Vec<View<'a>>)> {
    let secret = kind == "Secret";
    let (in_env, from, volume, name) = if secret {
        ("secretKeyRef", "secretRef", "secret", "secretName")
    } else {
        ("configMapKeyRef", "configMapRef", "configMap", "name")
    };
    let projected = if secret { "secret" } else { "configMap" };
    let mut found = Vec::new();
    let mut add = |source: View<'a>, name: &str, keys: Vec<View<'a>>| {
        if source.exists() && source.key(name).exists() && !source.key("optional").is_true() {
            found.push((source.key(name), keys));
        }
    };
    for container in workload.pod.all() {
        for variable in container.view.key("env").items() {
            let source = variable.key("valueFrom").key(in_env);
            add(source, "name", vec![source.key("key")]);
        }
        for source in container.view.key("envFrom").items() {
            add(source.key(from), "name", Vec::new());
        }
    }
    let keys = |source: View<'a>| source.key("items").items().map(|item| item.key("key")).collect();
    for of_pod in workload.pod.0.key("volumes").items() {
        let source = of_pod.key(volume);
        add(source, name, keys(source));
        for part in of_pod.at("projected.sources").items() {
            let source = part.key(projected);
            add(source, "name", keys(source));
        }
    }
    if secret {
        for source in workload.pod.0.key("imagePullSecrets").items() {
            add(source, "name", Vec::new());
        }
    }
    found
}

/// Says which ConfigMaps or Secrets of a workload are not there, or lack a key that is asked for.
pub(crate) fn check(workload: &Workload<'_>, kind: &str, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    for (name, keys) in of(workload, kind) {
        let Some(word) = name.word() else { continue };
        let Some(object) = cluster.find(kind, &workload.object.namespace, word) else {
            if !cluster.is_external(kind, word) {
                report.find(
                    name.span(),
                    format!("there is no {kind} {} among these manifests", quoted(word)),
                    format!("add it, or say that somebody else makes it: `--external {kind}/NAME`"),
                );
            }
            continue;
        };
        let has = |key: &str| {
            ["data", "binaryData", "stringData"].iter().any(|part| object.view().key(part).key(key).node().is_some())
        };
        for key in keys {
            if let Some(text) = key.word().filter(|key| !has(key)) {
                report.find(
                    key.span(),
                    format!("the {kind} {} has no key {}", quoted(word), quoted(text)),
                    "name one of its keys",
                );
            }
        }
    }
}
