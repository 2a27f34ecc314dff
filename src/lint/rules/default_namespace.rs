//! An object in the namespace `default`.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "default-namespace",
    severity: Severity::Info,
    about: "an object in the namespace `default`",
    docs: "Off unless asked for: manifests without a namespace are applied where the caller says.",
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
metadata: { name: web, namespace: shop }
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
    if workload.object.namespace == "default" {
        report.find(
            workload.object.name_span(),
            format!("`{}` is in the namespace `default`", workload.object.name),
            "give it a namespace",
        );
    }
}
