//! Pods that share a namespace with their node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "host-namespaces",
    severity: Severity::Warning,
    about: "pods that share a namespace with their node",
    docs: "They see its processes, or hear and speak as the node does; a network policy does not reach them.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostNetwork: true }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostPID: true }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostIPC: true }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostNetwork: false }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let shared = workload.pod.0.key(key);
        if shared.is_true() {
            report.find(
                shared.span(),
                format!("pods of `{}` share `{key}` with their node", workload.object.name),
                "remove it",
            );
        }
    }
}
