//! Pods that are killed without being told.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-grace",
    severity: Severity::Warning,
    about: "pods that are killed without being told",
    docs: "With a grace period of 0 or a second nothing that is under way ends well, and a StatefulSet's next pod \
        may start beside the old one.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
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
      terminationGracePeriodSeconds: 30
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let grace = workload.pod.0.key("terminationGracePeriodSeconds");
    let store = stores::of(workload).is_some_and(|(_, store)| store.keeps != Keeps::Cache);
    let enough = if store { 10 } else { 2 };
    if grace.integer().is_some_and(|seconds| (0..enough).contains(&seconds)) && workload.runs_on() {
        // A hook that takes longer has a finding of its own.
        if grace.integer() != Some(0) && workload.pod.containers().any(|it| it.view.at("lifecycle.preStop").exists()) {
            return;
        }
        let seconds = grace.integer().unwrap_or(0);
        let how = if seconds == 0 { "without being told".to_owned() } else { format!("after {seconds} s") };
        report.find(
            grace.span(),
            format!("pods of `{}` are killed {how}", workload.object.name),
            "remove it: 30 s are the default",
        );
        report.fix(grace.span(), "30");
    }
}
