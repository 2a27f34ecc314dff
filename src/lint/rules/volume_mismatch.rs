//! A claim that its volume does not fit.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "volume-mismatch",
    severity: Severity::Error,
    about: "a claim that its volume does not fit",
    docs: "A claim that names its volume is bound to that alone: if the volume is smaller, of another class or mode, or may \
        not be mounted so, the claim waits for ever, and its pods with it.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: archive }
spec: { capacity: { storage: 50Gi }, accessModes: [ReadWriteMany], nfs: { server: a, path: /a } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: archive }
spec: { volumeName: archive, storageClassName: gp3, accessModes: [ReadWriteOnce], volumeMode: Block, resources: { requests: { storage: 500Gi } } }
"#,
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: archive }
spec: { capacity: { storage: 50Gi }, accessModes: [ReadWriteMany], nfs: { server: a, path: /a } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: archive }
spec: { volumeName: archives, storageClassName: "", accessModes: [ReadWriteMany], resources: { requests: { storage: 50Gi } } }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: PersistentVolume
metadata: { name: archive }
spec: { capacity: { storage: 50Gi }, accessModes: [ReadWriteMany, ReadOnlyMany], nfs: { server: a, path: /a } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: archive }
spec: { volumeName: archive, storageClassName: "", accessModes: [ReadWriteMany], resources: { requests: { storage: 10Gi } } }
"#,
        r#"apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: archive }
spec: { volumeName: archive, accessModes: [ReadWriteMany], resources: { requests: { storage: 10Gi } } }
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let volumes = cluster.of_kind("PersistentVolume").next().is_some();
    for claim in cluster.of_kind("PersistentVolumeClaim") {
        let spec = claim.view().key("spec");
        let name = spec.key("volumeName");
        let Some(word) = name.word().filter(|word| !word.is_empty()) else { continue };
        report.about(claim);
        match cluster.find("PersistentVolume", "", word) {
            Some(volume) => compare(spec, volume, report),
            // Where there is none at all, they are somebody else's.
            None if volumes && !cluster.is_external("PersistentVolume", word) => {
                let what = format!("there is no PersistentVolume {} among these manifests", quoted(word));
                report.find(name.span(), what, "name one of them");
            }
            None => {}
        }
    }
}

fn compare(claim: View<'_>, object: &Object, report: &mut Report<'_>) {
    let volume = object.view().key("spec");
    let amount = |view: View<'_>| view.word().and_then(syntax::quantity);
    let (wanted, has) = (claim.at("resources.requests.storage"), volume.at("capacity.storage"));
    if amount(wanted).zip(amount(has)).is_some_and(|(wanted, has)| wanted > has) {
        let what = format!("the volume has {}", quoted(has.word().unwrap_or_default()));
        report.find(wanted.span(), what, "ask for no more than it has");
    }
    for mode in claim.key("accessModes").items() {
        if !volume.key("accessModes").items().any(|it| it.word() == mode.word()) {
            let what = format!("the volume cannot be mounted {}", quoted(mode.word().unwrap_or_default()));
            report.find(mode.span(), what, "write one of the volume's `accessModes`");
        }
    }
    let word = |view: View<'_>, key: &str, default: &'static str| view.key(key).word().unwrap_or(default).to_owned();
    let mode = word(claim, "volumeMode", "Filesystem");
    if mode != word(volume, "volumeMode", "Filesystem") {
        let place = if claim.key("volumeMode").exists() { claim.key("volumeMode") } else { volume.key("volumeMode") };
        report.find(place.span(), format!("the volume and its claim are not both {}", quoted(&mode)), "write one mode");
    }
    // A claim that says no class gets the cluster's default one.
    if let Some(class) = claim.key("storageClassName").word()
        && class != word(volume, "storageClassName", "")
    {
        let what = format!("the volume is not of the class {}", quoted(class));
        report.find(claim.key("storageClassName").span(), what, "write the volume's class, or `\"\"` for none");
    }
}
