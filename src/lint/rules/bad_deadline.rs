//! A rollout that is given up before a pod can count as available.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bad-deadline",
    severity: Severity::Error,
    about: "a rollout that is given up before a pod can count as available",
    docs: "The server refuses a `progressDeadlineSeconds` that is not longer than `minReadySeconds`.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  minReadySeconds: 60
  progressDeadlineSeconds: 60
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
  minReadySeconds: 60
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let ready = workload.spec.key("minReadySeconds").integer().unwrap_or(0);
    let deadline = workload.spec.key("progressDeadlineSeconds");
    if workload.kind() == "Deployment" && ready >= deadline.integer().unwrap_or(600) {
        let span = if deadline.exists() { deadline.span() } else { workload.spec.key("minReadySeconds").span() };
        report.find(
            span,
            format!("no pod counts before {ready} s, and the rollout is given up by then"),
            "raise `progressDeadlineSeconds`",
        );
    }
}
