//! A server that ends while it still gets requests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "no-pre-stop",
    severity: Severity::Info,
    about: "a server that ends while it still gets requests",
    docs: "A pod that is told to end gets requests until every node knows, a few seconds: each update and drain then \
        fails some. A preStop hook that sleeps 5 to 10 s lets them go first. (A program that goes on serving after \
        SIGTERM needs none: say so with an ignore.)",
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } }, lifecycle: { preStop: { sleep: { seconds: 5 } } } }]
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } } }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let served = workload.scales() && cluster.least(workload) > 1 && cluster.is_served(workload);
    // Clients of a store come back by themselves, and it has to end its work.
    if served
        && stores::of(workload).is_none()
        && !workload.pod.containers().any(|it| it.view.at("lifecycle.preStop").exists())
    {
        report.find(
            workload.pod.0.key_span("containers"),
            format!("pods of `{}` end while they still get requests", workload.object.name),
            "add `lifecycle: { preStop: { sleep: { seconds: 5 } } }` to the container that serves",
        );
    }
}
