//! A ReplicationController or ReplicaSet that nothing updates.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bare-replicas",
    severity: Severity::Warning,
    about: "a ReplicationController or ReplicaSet that nothing updates",
    docs: "It replaces pods, and cannot roll: a changed template changes no pod that runs. Most judges overlook a \
        ReplicationController altogether. Use a Deployment.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: ReplicationController
metadata: { name: web }
spec: { replicas: 3, selector: { app: web }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } } }
"#],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    if matches!(workload.kind(), "ReplicationController" | "ReplicaSet")
        && !workload.object.view().at("metadata.ownerReferences").exists()
    {
        report.find(
            workload.object.kind_span(),
            format!("a changed template of `{}` changes no pod that runs", workload.object.name),
            "use a Deployment (`apps/v1`)",
        );
    }
}
