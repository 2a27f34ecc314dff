//! Pods that run on one node alone.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "pinned-node",
    severity: Severity::Warning,
    about: "pods that run on one node alone",
    docs: "When that node is lost or drained, they have nowhere to go.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeName: node-1
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { kubernetes.io/hostname: node-1 }
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
      nodeSelector: { kubernetes.io/os: linux }
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let name = workload.pod.0.key("nodeName");
    let selector = workload.pod.0.key("nodeSelector").key("kubernetes.io/hostname");
    let terms =
        workload.pod.0.at("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
    let terms: Vec<_> = terms.items().collect();
    let one = terms.first().filter(|_| terms.len() == 1).and_then(|term| {
        let names = term.key("matchExpressions").items().chain(term.key("matchFields").items()).find(|it| {
            matches!(it.key("key").word(), Some("kubernetes.io/hostname" | "metadata.name"))
                && it.key("operator").word() == Some("In")
        })?;
        Some(names.key("values")).filter(|values| values.items().len() == 1)
    });
    if let Some(place) = [Some(name), Some(selector), one].into_iter().flatten().find(|it| it.exists()) {
        report.find(
            place.span(),
            format!("pods of `{}` run on one node alone", workload.object.name),
            "remove it, or select nodes by a label that several have",
        );
    }
}
