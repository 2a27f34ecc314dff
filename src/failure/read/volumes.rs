//! What pods keep, by what is mounted where they may write.

use super::remarks::{Remarks, Sentence};
use crate::failure::Keeps;
use crate::lint::Cluster;
use crate::manifest::{Container, View, Workload};

const ON_NODE: Sentence = (
    "What {} writes to a `hostPath` stays on that node: it is reckoned as if its pods waited for it, and elsewhere \
     they would begin empty.",
    "What {} write to a `hostPath` stays on that node: it is reckoned as if their pods waited for it, and elsewhere \
     they would begin empty.",
);
const FOLLOWS: Sentence = (
    "Whether the disk of {} follows its pods to another node is up to the storage class: it is reckoned that it does \
     not.",
    "Whether the disks of {} follow their pods to another node is up to the storage class: it is reckoned that none \
     does.",
);
const PROVIDED: Sentence = (
    "Who provides the volume that pods of {} share keeps it available, or does not.",
    "Who provides the volumes that pods of {} share keeps them available, or does not.",
);
const IN_POD: Sentence = (
    "What {} writes to an `emptyDir` outlives a container, and not its pod: an update, a drain or the loss of its node \
     empties it.",
    "What {} write to an `emptyDir` outlives a container, and not their pods: an update, a drain or the loss of a node \
     empties it.",
);
const STRANGE: Sentence = (
    "How long the volume of {} lasts is not known here: it is taken to end with its pod.",
    "How long the volumes of {} last is not known here: they are taken to end with their pods.",
);
const CLAIMED: Sentence = (
    "The claim that {} mounts is not among these manifests: it is taken to be one node's.",
    "The claims that {} mount are not among these manifests: they are taken to be one node's.",
);

/// Volumes that somebody else keeps, and that all nodes reach.
const SHARED: &[&str] = &["nfs", "cephfs", "glusterfs", "azureFile"];
/// Volumes in which nobody keeps anything.
const READ: &[&str] = &["configMap", "secret", "projected", "downwardAPI", "image"];

/// What one container of a workload keeps beyond its own life, if anything.
pub(super) fn kept(
    cluster: &Cluster<'_>,
    workload: &Workload<'_>,
    container: Container<'_>,
    remarks: &mut Remarks,
) -> Option<Keeps> {
    let id = workload.object.id();
    let mounts = container.view.key("volumeMounts").items().filter(|mount| !mount.key("readOnly").is_true());
    let mut found = None;
    for mount in mounts {
        let Some(name) = mount.key("name").word() else { continue };
        let keeps = of_volume(cluster, workload, name, &id, remarks);
        // Another node's disk is better than none, and one that all reach is better than that.
        if keeps == Some(Keeps::Shared) || found.is_none() {
            found = keeps.or(found);
        }
    }
    found
}

/// Whether a container writes what it keeps to a volume that ends with its pod.
pub(super) fn in_pod(workload: &Workload<'_>, container: Container<'_>, remarks: &mut Remarks) -> bool {
    // A bare pod that a drain or a lost node ends is not made anew.
    if workload.kind() == "Pod" {
        return false;
    }
    let ends = |name: &str| {
        let mut volumes = workload.pod.0.key("volumes").items();
        volumes.any(|volume| volume.key("name").word() == Some(name) && volume.key("emptyDir").exists())
    };
    // Others are for what a program needs while it runs.
    let data = |path: &str| path.contains("data") || path.starts_with("/var/lib/") || path.starts_with("/bitnami");
    let found = container
        .view
        .key("volumeMounts")
        .items()
        .any(|mount| mount.key("mountPath").word().is_some_and(data) && mount.key("name").word().is_some_and(ends));
    if found {
        remarks.of(IN_POD, &workload.object.id());
    }
    found
}

fn of_volume(
    cluster: &Cluster<'_>,
    workload: &Workload<'_>,
    name: &str,
    id: &str,
    remarks: &mut Remarks,
) -> Option<Keeps> {
    let mut templates = workload.spec.key("volumeClaimTemplates").items();
    if let Some(claim) = templates.find(|claim| claim.at("metadata.name").word() == Some(name)) {
        remarks.of(FOLLOWS, id);
        // Each pod has its own, whatever its mode.
        let _ = claim;
        return Some(Keeps::Disk);
    }
    let mut volumes = workload.pod.0.key("volumes").items();
    let volume = volumes.find(|volume| volume.key("name").word() == Some(name))?;
    if READ.iter().any(|kind| volume.key(kind).exists()) || volume.key("emptyDir").exists() {
        return None;
    }
    if SHARED.iter().any(|kind| volume.key(kind).exists()) {
        remarks.of(PROVIDED, id);
        return Some(Keeps::Shared);
    }
    if volume.key("hostPath").exists() {
        // What is mounted from the node to look at it is nothing that is kept.
        let path = volume.at("hostPath.path").word().unwrap_or_default();
        let looks = ["/proc", "/sys", "/dev", "/run", "/var/run", "/etc", "/lib/modules", "/var/log"];
        if path == "/" || looks.iter().any(|it| path == *it || path.starts_with(&format!("{it}/"))) {
            return None;
        }
        remarks.of(ON_NODE, id);
        return Some(Keeps::Disk);
    }
    let claim = volume.at("persistentVolumeClaim.claimName");
    if let Some(name) = claim.word() {
        let object = cluster.find("PersistentVolumeClaim", &workload.object.namespace, name);
        if object.is_none() {
            remarks.of(CLAIMED, id);
        }
        let modes = object.map(|object| object.view().at("spec.accessModes"));
        return Some(of_modes(modes, id, remarks));
    }
    remarks.of(STRANGE, id);
    None
}

fn of_modes(modes: Option<View<'_>>, id: &str, remarks: &mut Remarks) -> Keeps {
    let many = modes.is_some_and(|modes| modes.items().any(|mode| mode.word() == Some("ReadWriteMany")));
    remarks.of(if many { PROVIDED } else { FOLLOWS }, id);
    if many { Keeps::Shared } else { Keeps::Common }
}
