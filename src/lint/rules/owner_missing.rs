//! A workload without an owner.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "owner-missing",
    severity: Severity::Info,
    about: "a workload without an owner",
    docs: "Off unless asked for: who answers for it is written in many ways.",
    on: false,
    bad: &[r#"apiVersion: apps/v1
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
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { owner: shop } }
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
    if !workload.object.view().at("metadata.labels.owner").exists() {
        report.find(workload.object.name_span(), format!("`{}` has no label `owner`", workload.object.name), "add it");
    }
}
