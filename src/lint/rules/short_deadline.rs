//! A rollout that is given up before a slow pod is ready.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "short-deadline",
    severity: Severity::Warning,
    about: "a rollout that is given up before a slow pod is ready",
    docs: "The startup probe gives a pod more time than `progressDeadlineSeconds` does: a start that is slow and \
        good counts as a rollout that failed.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  progressDeadlineSeconds: 60
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 30 } }]
"#],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  progressDeadlineSeconds: 600
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 30 } }]
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let deadline = workload.spec.key("progressDeadlineSeconds");
    let Some(seconds) = deadline.integer().filter(|_| workload.kind() == "Deployment") else { return };
    let ready = workload.spec.key("minReadySeconds").integer().unwrap_or(0);
    let start = |container: Container<'_>| container.probe("startup").map(|probe| probe.patience());
    let longest = workload.pod.containers().filter_map(start).max().unwrap_or(0) + ready;
    // One that is not longer than `minReadySeconds` has a finding of its own.
    if seconds < longest && seconds > ready {
        let what = format!("a pod of `{}` may take {longest} s to count, and is given {seconds}", workload.object.name);
        report.find(deadline.span(), what, format!("set it to {} or more", longest + 60));
    }
}
