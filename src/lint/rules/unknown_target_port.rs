//! A Service whose target port no container has.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Selector, View};

pub(super) const RULE: Rule = Rule {
    id: "unknown-target-port",
    severity: Severity::Error,
    about: "a Service to a named port that no container has",
    docs: "The name leads nowhere, and every call fails. A name is of one protocol: that of the Service's port.",
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: htpp }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
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
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    missing(cluster, true, report);
}

/// Says which Services lead to a port that no container has: to one with a name, or to one without.
pub(super) fn missing<'a>(cluster: &Cluster<'a>, by_name: bool, report: &mut Report<'a>) {
    for service in cluster.selecting("Service") {
        report.about(service);
        let spec = service.view().key("spec");
        if spec.key("selector").entries().is_empty() {
            continue;
        }
        let pods = cluster.selected(&service.namespace, &Selector::plain(spec.key("selector")));
        for port in spec.key("ports").items() {
            let target = if port.key("targetPort").exists() { port.key("targetPort") } else { port.key("port") };
            let named = target.integer().is_none();
            let Some(wanted) = target.word().filter(|_| named == by_name) else { continue };
            for workload in pods.iter().take(64) {
                let listed = || workload.pod.containers().flat_map(|container| container.view.key("ports").items());
                let protocol = |it: View<'a>| it.key("protocol").word().unwrap_or("TCP");
                let has = listed().any(|it| {
                    let field = if named { "name" } else { "containerPort" };
                    // A name is of one protocol; a number is reached by any.
                    it.key(field).word() == Some(wanted)
                        && (!named || protocol(it) == protocol(port) || !PROTOCOLS.contains(&protocol(it)))
                });
                // A container need not list its ports; one that lists some is taken at its word.
                if !has && (named || listed().next().is_some()) {
                    report.find(
                        target.span(),
                        format!("no container of `{}` has the port {}", workload.object.name, quoted(wanted)),
                        "name a port of `spec.containers[].ports`, or add this one there",
                    );
                    break;
                }
            }
        }
    }
}

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
