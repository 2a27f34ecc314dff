//! A ServiceAccount that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "dangling-service-account",
    severity: Severity::Error,
    about: "a ServiceAccount that is not among the manifests",
    docs: "Pods of an account that does not exist are not made at all, and only the events of their ReplicaSet say \
        so.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccountName: other }
"#],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccountName: web }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccountName: default }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let new = workload.pod.0.key("serviceAccountName");
    let name = if new.exists() { new } else { workload.pod.0.key("serviceAccount") };
    let Some(word) = name.word().filter(|word| *word != "default" && !word.is_empty()) else { return };
    if cluster.find("ServiceAccount", &workload.object.namespace, word).is_none()
        && !cluster.is_external("ServiceAccount", word)
    {
        report.find(
            name.span(),
            format!("there is no ServiceAccount {} among these manifests", quoted(word)),
            "add it, or say that somebody else makes it: `--external ServiceAccount/NAME`",
        );
    }
}
