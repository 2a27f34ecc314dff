//! A liveness probe without a startup probe.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "no-startup-probe",
    severity: Severity::Info,
    about: "a liveness probe without a startup probe",
    docs: "A start that takes longer than the liveness probe has patience is killed, again and again. A startup \
        probe gives it time and leaves the liveness probe quick.",
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
      containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /live, port: 80 } } }]
"#],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /live, port: 80 } }, startupProbe: { httpGet: { path: /live, port: 80 }, failureThreshold: 30 } }]
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
      containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /live, port: 80 }, initialDelaySeconds: 30 } }]
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    // One that only prepares has no probes.
    let prepares = container.init && container.view.key("restartPolicy").word() != Some("Always");
    if let Some(liveness) = container.probe("liveness").filter(|_| !prepares)
        && container.probe("startup").is_none()
        && liveness.0.key("initialDelaySeconds").integer().unwrap_or(0) == 0
    {
        report.find(
            liveness.0.span(),
            format!("a start of `{}` that takes more than {} s is killed", container.name(), liveness.patience()),
            "add a `startupProbe` with the same question and more patience",
        );
    }
}
