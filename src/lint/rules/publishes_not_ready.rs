//! A Service that sends clients to pods that are not ready.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "publishes-not-ready",
    severity: Severity::Warning,
    about: "a Service that sends clients to pods that are not ready",
    docs: "It is meant for members that look for one another, by a Service with `clusterIP: None`.",
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
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { publishNotReadyAddresses: true, selector: { app: web }, ports: [{ port: 80 }] }
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
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { publishNotReadyAddresses: true, clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    let published = spec.key("publishNotReadyAddresses");
    // A Service of one member is its name.
    let named = spec.key("selector").key("statefulset.kubernetes.io/pod-name").exists();
    if object.kind == "Service" && published.is_true() && spec.key("clusterIP").word() != Some("None") && !named {
        report.find(
            published.span(),
            format!("`{}` sends clients to pods that are not ready", object.name),
            "remove it",
        );
    }
}
