//! A server without a liveness probe.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-liveness-probe",
    severity: Severity::Info,
    about: "a server without a liveness probe",
    docs: "A program that hangs stays until somebody notices. A probe that asks the program alone, and nothing that \
        it depends on, restarts it. Without a readiness probe beside it, it can do harm.",
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } }, livenessProbe: { httpGet: { path: /live, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
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
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.runs_on()
        && cluster.is_served(workload)
        && !workload.pod.containers().any(|it| it.probe("liveness").is_some())
    {
        report.find(
            workload.pod.0.key_span("containers"),
            format!("no container of `{}` has a liveness probe: one that hangs stays", workload.object.name),
            "add a `livenessProbe` that asks the program alone",
        );
    }
}
