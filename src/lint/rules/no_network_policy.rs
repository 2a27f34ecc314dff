//! Pods that everybody may call, and that may call everybody.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-network-policy",
    severity: Severity::Info,
    about: "pods that everybody may call, and that may call everybody",
    docs: "Without a policy that selects them, a pod that is broken into reaches every other. One that denies all, \
        and one for each service, keep them apart.",
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
      containers: [{ name: web, image: web:1 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    // A policy that selects nothing has a finding of its own.
    // None reaches those in the network of their node.
    if workload.pod.0.key("hostNetwork").is_true() {
        return;
    }
    if workload.runs_on() && !cluster.is_guarded(workload) && !cluster.is_astray("NetworkPolicy", workload) {
        report.find(
            workload.object.name_span(),
            format!("no NetworkPolicy selects the pods of `{}`", workload.object.name),
            "add one with what they call and who calls them",
        );
    }
}
