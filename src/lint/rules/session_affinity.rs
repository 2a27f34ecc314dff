//! Clients that are bound to one replica.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "session-affinity",
    severity: Severity::Info,
    about: "clients that are bound to one replica",
    docs: "A stateless service needs no affinity: with it load is uneven, and a replica that fails takes its clients \
        with it until the affinity ends.",
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
spec: { sessionAffinity: ClientIP, selector: { app: web }, ports: [{ port: 80 }] }
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
spec: { selector: { app: web }, ports: [{ port: 80 }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let affinity = object.view().at("spec.sessionAffinity");
    if object.kind == "Service" && affinity.word() == Some("ClientIP") {
        report.find(
            affinity.span(),
            format!("`{}` binds each client to one replica", object.name),
            "remove it where the replicas share their state",
        );
    }
}
