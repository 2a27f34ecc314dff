//! A store that can be reached from outside of the cluster.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Selector;
pub(super) const RULE: Rule = Rule {
    id: "exposed-store",
    severity: Severity::Error,
    about: "a store that can be reached from outside of the cluster",
    docs: "A Service of type NodePort or LoadBalancer before a datastore lets everybody try its password.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: redis:7 }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 6379 }] }
"#,
    ],
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
      containers: [{ name: web, image: redis:7 }]
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
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
"#,
    ],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for service in cluster.selecting("Service") {
        let spec = service.view().key("spec");
        let kind = spec.key("type");
        if !matches!(kind.word(), Some("NodePort" | "LoadBalancer")) {
            continue;
        }
        let selector = Selector::plain(spec.key("selector"));
        let pods = if selector.is_empty() { Vec::new() } else { cluster.selected(&service.namespace, &selector) };
        let by_image = pods.iter().find_map(|workload| stores::of(workload)).map(|(_, store)| store.name);
        let ports =
            spec.key("ports").items().flat_map(|port| [port.key("port").integer(), port.key("targetPort").integer()]);
        let by_port = || ports.flatten().find_map(stores::of_port);
        if let Some(name) = by_image.or_else(by_port) {
            report.about(service);
            report.find(
                kind.span(),
                format!("{name} can be reached from outside of the cluster by `{}`", service.name),
                "use `type: ClusterIP`",
            );
        }
    }
}
