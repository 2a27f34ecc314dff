//! A volume, or a class of them, that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-volume",
    severity: Severity::Error,
    about: "a volume, or a class of them, that the server does not take",
    docs: "A volume says how large it is, how it may be mounted, and one place where it is; one on a node's own disk says \
        on which node. What becomes of a class's volumes is `Delete` or `Retain`.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: a }
spec: { nfs: { server: nfs.example.com, path: exports/a } }
"#,
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: a }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], local: { path: /mnt/a } }
"#,
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: a }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /a }, nfs: { server: a, path: /a } }
"#,
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: a }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce] }
"#,
        r#"apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: a }
provisioner: disk.example.com
reclaimPolicy: Recycle
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: a }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  local: { path: /mnt/a }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [a] }] }] } }
"#,
        r#"apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: a }
provisioner: disk.example.com
reclaimPolicy: Retain
"#,
    ],
    check: Check::Object(check),
};

/// What of a volume is no place where it is.
const ABOUT: &[&str] = &[
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

fn check(object: &Object, report: &mut Report<'_>) {
    match (object.kind.as_str(), object.group()) {
        ("PersistentVolume", "") => volume(object, report),
        ("StorageClass", "storage.k8s.io") => {
            word(object.view().key("reclaimPolicy"), &["Delete", "Retain"], report);
            word(object.view().key("volumeBindingMode"), &["Immediate", "WaitForFirstConsumer"], report);
        }
        ("CSIDriver", "storage.k8s.io") => {
            word(object.view().at("spec.fsGroupPolicy"), &["ReadWriteOnceWithFSType", "File", "None"], report);
        }
        _ => {}
    }
}

fn word(value: View<'_>, words: &[&str], report: &mut Report<'_>) {
    if let Some(text) = value.word().filter(|text| !words.contains(text)) {
        let known = words.join("`, `");
        report.find(value.span(), format!("{} is none of `{known}`", quoted(text)), format!("write one of `{known}`"));
    }
}

fn volume(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    let place = object.view().key_span("spec");
    if spec.key("accessModes").items().len() == 0 {
        report.find(place, "the volume does not say how it may be mounted", "add `accessModes: [ReadWriteOnce]`");
    }
    if !spec.at("capacity.storage").exists() {
        report.find(place, "the volume does not say how large it is", "add `capacity: { storage: 1Gi }`");
    }
    let mut sources =
        spec.entries().iter().filter(|entry| !ABOUT.contains(&entry.key.as_str()) && !entry.node.is_null());
    match (sources.next(), sources.next()) {
        (None, _) => report.find(place, "the volume is nowhere", "say where it is: `csi`, `nfs`, `local`, ..."),
        (Some(_), Some(second)) => report.find(second.key_span, "the volume is in two places", "keep one"),
        (Some(one), None) if one.key == "local" && !spec.at("nodeAffinity.required").exists() => {
            report.find(one.key_span, "nobody knows on which node the disk is", "add `nodeAffinity` with the node");
        }
        _ => {}
    }
    let path = spec.at("nfs.path");
    if path.word().is_some_and(|text| !text.starts_with('/')) {
        report.find(path.span(), "a path begins with `/`", "write `/` before it");
    }
}
