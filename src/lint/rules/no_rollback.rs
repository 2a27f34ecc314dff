//! An update that cannot be taken back.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-rollback",
    severity: Severity::Warning,
    about: "an update that cannot be taken back",
    docs: "With `revisionHistoryLimit: 0` nothing is kept of what ran before, and `kubectl rollout undo` finds \
        nothing.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  revisionHistoryLimit: 0
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
  revisionHistoryLimit: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let limit = workload.spec.key("revisionHistoryLimit");
    if limit.integer() == Some(0) {
        let what = format!("nothing is kept of what `{}` was before an update", workload.object.name);
        report.find(limit.span(), what, "write 3, or remove it");
    }
}
