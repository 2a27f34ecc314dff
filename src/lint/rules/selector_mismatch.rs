//! A selector that does not select its own pods.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, Workload};

pub(super) const RULE: Rule = Rule {
    id: "selector-mismatch",
    severity: Severity::Error,
    about: "a selector that does not select its own pods",
    docs: "The server refuses the object. Every label of `spec.selector` must be among those of the template.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: wbe } }
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
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let view = workload.spec.key("selector");
    let plain = workload.kind() == "ReplicationController";
    let selector = if plain { Selector::plain(view) } else { Selector::of(view) };
    let judged = workload.scales() || workload.kind() == "DaemonSet";
    if judged && !selector.is_empty() && !selector.selects(&workload.labels()) {
        report.find(
            workload.spec.key_span("selector"),
            format!("the selector of `{}` does not select its own pods", workload.object.name),
            "give `spec.template.metadata.labels` every label of the selector",
        );
    }
}
