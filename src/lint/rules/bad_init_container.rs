//! A container that only prepares and is asked how it serves.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bad-init-container",
    severity: Severity::Error,
    about: "a container that only prepares and is asked how it serves",
    docs: "An init container ends before the pod begins: it has no probes and no hooks, unless `restartPolicy: \
        Always` makes a sidecar of it. Ephemeral containers are added to pods that run, and stand in no manifest.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], initContainers: [{ name: a, image: a:1, readinessProbe: { tcpSocket: { port: 80 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], initContainers: [{ name: a, image: a:1, lifecycle: { preStop: { exec: { command: [a] } } } }] }
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
      ephemeralContainers: [{ name: debug, image: busybox:1 }]
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], initContainers: [{ name: a, image: a:1, restartPolicy: Always, readinessProbe: { tcpSocket: { port: 80 } } }, { name: b, image: b:1 }] }
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for container in workload.pod.0.key("initContainers").items() {
        if container.key("restartPolicy").word() == Some("Always") {
            continue;
        }
        for key in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
            if container.key(key).exists() {
                let name = container.key("name").word().unwrap_or_default();
                let what = format!("`{name}` ends before the pod begins, and has no `{key}`");
                report.find(container.key_span(key), what, "remove it, or make it a sidecar: `restartPolicy: Always`");
            }
        }
    }
    if workload.pod.0.key("ephemeralContainers").items().len() > 0 {
        report.find(
            workload.pod.0.key_span("ephemeralContainers"),
            "ephemeral containers are added to pods that run",
            "remove them; `kubectl debug` adds one",
        );
    }
}
