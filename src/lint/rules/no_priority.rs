//! Pods of no priority.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-priority",
    severity: Severity::Info,
    about: "pods of no priority",
    docs: "Where room is short, pods with a class push out those without. Off unless asked for: which class is right \
        is the cluster's matter.",
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
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      priorityClassName: high
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.runs_on() && !workload.pod.0.key("priorityClassName").exists() {
        report.find(
            workload.object.name_span(),
            format!("pods of `{}` have no priority", workload.object.name),
            "add `priorityClassName`",
        );
    }
}
