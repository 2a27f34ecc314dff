//! Traffic that only nodes with a pod of their own take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "local-traffic",
    severity: Severity::Info,
    about: "traffic that only nodes with a pod of their own take",
    docs: "With `externalTrafficPolicy: Local` a node without a pod answers nobody: a balancer that does not ask the \
        nodes' health port sends clients into nothing, and load follows nodes, not pods.",
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
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 80 }] }
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
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    for key in ["externalTrafficPolicy", "internalTrafficPolicy"] {
        let policy = object.view().key("spec").key(key);
        if object.kind == "Service" && policy.word() == Some("Local") {
            report.find(
                policy.span(),
                format!("a node without a pod of `{}` answers nobody", object.name),
                "use `Cluster`, or run a pod on every node",
            );
        }
    }
}
