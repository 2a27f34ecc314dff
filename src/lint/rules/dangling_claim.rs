//! A PersistentVolumeClaim that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "dangling-claim",
    severity: Severity::Error,
    about: "a PersistentVolumeClaim that is not among the manifests",
    docs: "The pod waits for it for ever.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, persistentVolumeClaim: { claimName: other } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, persistentVolumeClaim: { claimName: data } }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: {}
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    for volume in workload.pod.0.key("volumes").items() {
        let name = volume.at("persistentVolumeClaim.claimName");
        // A claim of the set's own takes the place of a volume of its name.
        let template = |it: View<'_>| it.at("metadata.name").word() == volume.key("name").word();
        let replaced =
            workload.kind() == "StatefulSet" && workload.spec.key("volumeClaimTemplates").items().any(template);
        if let Some(word) = name.word()
            && !replaced
            && cluster.find("PersistentVolumeClaim", &workload.object.namespace, word).is_none()
            && !cluster.is_external("PersistentVolumeClaim", word)
        {
            report.find(
                name.span(),
                format!("there is no PersistentVolumeClaim {} among these manifests", quoted(word)),
                "add it, or say that somebody else makes it: `--external PersistentVolumeClaim/NAME`",
            );
        }
    }
}
