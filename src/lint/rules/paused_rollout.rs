//! A Deployment that does not roll out.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "paused-rollout",
    severity: Severity::Warning,
    about: "a Deployment that does not roll out",
    docs: "With `paused: true` what is applied changes no pod until somebody resumes it.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  paused: true
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
  paused: false
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let paused = workload.spec.key("paused");
    if workload.kind() == "Deployment" && paused.is_true() {
        let what = format!("no change of `{}` reaches its pods", workload.object.name);
        report.find(paused.span(), what, "remove `paused`");
    }
}
