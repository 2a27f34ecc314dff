//! A liveness probe that kills at the first slow answer.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "impatient-liveness",
    severity: Severity::Warning,
    about: "a liveness probe that kills at the first slow answer",
    docs: "One late answer, in a second of load, and the container restarts; its load goes to the others, which are \
        late then. Three failures are the default.",
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
      containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /live, port: 80 }, failureThreshold: 1 } }]
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
      containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /live, port: 80 } } }]
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    if let Some(liveness) = container.probe("liveness")
        && liveness.0.key("failureThreshold").integer() == Some(1)
    {
        report.find(
            liveness.0.key("failureThreshold").span(),
            format!("one late answer restarts `{}`", container.name()),
            "use 3 or more",
        );
        report.fix(liveness.0.key("failureThreshold").span(), "3");
    }
}
