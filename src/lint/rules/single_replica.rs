//! A service with one replica.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "single-replica",
    severity: Severity::Warning,
    about: "a service with one replica",
    docs: "Its pod, its node, every drain and every update are an outage. Run two or more, on different nodes. A \
        StatefulSet of one is said to be a store that cannot be copied; a store that can be made redundant should be.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
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

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if !workload.scales() || workload.replicas() != 1 {
        return;
    }
    // An autoscaler has the say.
    if cluster.autoscaler(workload).is_some() {
        return;
    }
    // Or was meant to have it: one that scales nothing has a finding of its own.
    if !workload.spec.key("replicas").exists() && cluster.is_astray("HorizontalPodAutoscaler", workload) {
        return;
    }
    let says = workload.spec.key("replicas").exists();
    let what = if says { "runs a single replica" } else { "does not say `replicas`, so it runs a single one" };
    report.find(
        workload.replicas_span(),
        format!("`{}` {what}: its pod, its node, a drain and an update are an outage", workload.object.name),
        "set `spec.replicas` to 2 or more, with a budget and a spread over nodes",
    );
}
