//! A server without a readiness probe.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "no-readiness-probe",
    severity: Severity::Warning,
    about: "a server without a readiness probe",
    docs: "Without one a pod gets requests from the moment it starts until it is gone, whether it can answer or not, \
        and an update goes on over pods that cannot. Looked for where a Service selects the pods.",
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
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 80 }] }
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 80 }] }
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
    if !workload.runs_on() || !cluster.is_served(workload) {
        return;
    }
    let probed = |container: &Container<'_>| container.probe("readiness").is_some();
    let mut containers = workload.pod.0.key("containers").items().peekable();
    if containers.peek().is_some() && !workload.pod.containers().any(|container| probed(&container)) {
        let name = &workload.object.name;
        report.find(
            workload.pod.0.key_span("containers"),
            format!("no container of `{name}` has a readiness probe: it gets requests whether it can answer or not"),
            "add a `readinessProbe` that asks for what clients need",
        );
    }
}
