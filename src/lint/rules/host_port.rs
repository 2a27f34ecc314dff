//! A port of the node, which one pod alone can have.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "host-port",
    severity: Severity::Warning,
    about: "a port of the node, which one pod alone can have",
    docs: "Two replicas cannot be on one node, and where there are no more nodes than replicas an update never ends. \
        Use a Service.",
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
      containers: [{ name: web, image: web:1, ports: [{ containerPort: 80, hostPort: 80 }] }]
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
      containers: [{ name: web, image: web:1, ports: [{ containerPort: 80 }] }]
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // In the network of its node every port is one of the node's.
    if workload.pod.0.key("hostNetwork").is_true() {
        return;
    }
    for port in container.view.key("ports").items() {
        if port.key("hostPort").integer().is_some_and(|number| number > 0) && workload.kind() != "DaemonSet" {
            report.find(
                port.key("hostPort").span(),
                format!("`{}` takes a port of the node, so one node has one of it", container.name()),
                "use a Service",
            );
        }
    }
}
