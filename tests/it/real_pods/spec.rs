//! Pods as a kubelet sees them, read from a pod template.

use std::collections::BTreeMap;

use serde_json::json;

use super::container::Container;
use super::fields::{Fields, quantity};

/// Texts of ConfigMaps and Secrets: by kind and name, then by key.
pub(super) type Texts = BTreeMap<(&'static str, String), BTreeMap<String, String>>;

pub(super) struct Pod {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) user: Option<String>,
    pub(super) fs_group: Option<u64>,
    pub(super) grace: u64,
    /// Native sidecars, in the order of their start.
    pub(super) sidecars: Vec<Container>,
    pub(super) containers: Vec<Container>,
    pub(super) volumes: Vec<Volume>,
}

pub(super) struct Volume {
    pub(super) name: String,
    pub(super) source: Source,
}

pub(super) enum Source {
    /// A ConfigMap or Secret: read-only files of a mode.
    Files { mode: u64, files: BTreeMap<String, String> },
    /// An emptyDir in memory.
    Memory { size: u64 },
    /// A claim of a StatefulSet: outlives the pod.
    Claim,
}

pub(super) fn pod(name: String, mut template: Fields, claims: Vec<Volume>, texts: &Texts) -> Pod {
    let mut metadata = template.inner("metadata");
    let labels = metadata.inner("labels").rest();
    let labels = labels.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())).collect();
    metadata.not_for_a_kubelet(&["annotations"]);
    metadata.done();
    let mut spec = template.inner("spec");
    template.done();

    spec.not_for_a_kubelet(&["serviceAccountName", "topologySpreadConstraints"]);
    // Otherwise it would mount the account's token, and set variables for every Service.
    assert!(spec.only("automountServiceAccountToken", &[json!(false)]), "{name} mounts a token");
    assert!(spec.only("enableServiceLinks", &[json!(false)]), "{name} has service links");
    let mut security = spec.inner("securityContext");
    let user = security.number("runAsUser");
    if security.only("runAsNonRoot", &[json!(true)]) {
        assert!(user.is_some_and(|user| user != 0), "{name} runs as root");
    }
    let group = security.number("runAsGroup");
    let fs_group = security.number("fsGroup");
    // All volumes here are new, which both policies treat alike.
    security.only("fsGroupChangePolicy", &[json!("OnRootMismatch"), json!("Always")]);
    // Docker's own profile is what the name means.
    let mut seccomp = security.inner("seccompProfile");
    seccomp.only("type", &[json!("RuntimeDefault")]);
    seccomp.done();
    security.done();

    let mut sidecars = Vec::new();
    for mut container in spec.list("initContainers") {
        assert!(container.only("restartPolicy", &[json!("Always")]), "{name}: not a native sidecar");
        sidecars.push(Container::read(container, &name, texts));
    }
    let containers = spec.list("containers").into_iter().map(|it| Container::read(it, &name, texts)).collect();
    let mut volumes: Vec<Volume> = spec.list("volumes").into_iter().map(|it| volume(it, texts)).collect();
    volumes.extend(claims);
    let grace = spec.number("terminationGracePeriodSeconds").unwrap_or(30);
    spec.done();
    let user = user.map(|user| group.map_or_else(|| user.to_string(), |group| format!("{user}:{group}")));
    let pod = Pod { name, labels, user, fs_group, grace, sidecars, containers, volumes };
    for mount in pod.sidecars.iter().chain(&pod.containers).flat_map(|container| &container.mounts) {
        assert!(pod.volumes.iter().any(|it| it.name == mount.volume), "{}: no volume {}", pod.name, mount.volume);
    }
    pod
}

fn volume(mut fields: Fields, texts: &Texts) -> Volume {
    let name = fields.text("name");
    let (mut map, mut secret, mut empty) =
        (fields.inner("configMap"), fields.inner("secret"), fields.inner("emptyDir"));
    fields.done();
    let source = if !map.is_empty() {
        let of = ("ConfigMap", map.text("name"));
        files(of, &mut map, texts)
    } else if !secret.is_empty() {
        let of = ("Secret", secret.text("secretName"));
        files(of, &mut secret, texts)
    } else {
        // On disk it would need another kind of volume here.
        assert!(empty.only("medium", &[json!("Memory")]), "{name} is not in memory");
        Source::Memory { size: quantity(&empty.text("sizeLimit"), false) }
    };
    for fields in [map, secret, empty] {
        fields.done();
    }
    Volume { name, source }
}

/// All keys of an object, or those that are listed, at their paths.
fn files(of: (&'static str, String), fields: &mut Fields, texts: &Texts) -> Source {
    let keys = texts.get(&of).unwrap_or_else(|| panic!("there is no {of:?}"));
    let mode = fields.number("defaultMode").unwrap_or(0o644);
    let items = fields.list("items");
    if items.is_empty() {
        return Source::Files { mode, files: keys.clone() };
    }
    let mut files = BTreeMap::new();
    for mut item in items {
        let key = item.text("key");
        let text = keys.get(&key).unwrap_or_else(|| panic!("{of:?} has no {key}"));
        files.insert(item.text("path"), text.clone());
        item.done();
    }
    Source::Files { mode, files }
}
