//! A pod that nobody starts again elsewhere.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "naked-pod",
    severity: Severity::Warning,
    about: "a pod that nobody starts again elsewhere",
    docs: "When its node is lost or drained, it is gone. Let a Deployment, StatefulSet or Job make it.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], restartPolicy: Never }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.kind() == "Pod" && !matches!(workload.pod.0.key("restartPolicy").word(), Some("Never" | "OnFailure")) {
        report.find(
            workload.object.kind_span(),
            format!("nobody starts the pod `{}` again on another node", workload.object.name),
            "make a Deployment of it",
        );
    }
}
