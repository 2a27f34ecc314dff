//! A Service that selects no pods.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Selector;

pub(super) const RULE: Rule = Rule {
    id: "dangling-service",
    severity: Severity::Error,
    about: "a Service that selects no pods",
    docs: "It has no endpoints: every call fails. Its selector must name labels that pods have; pods of other \
        repositories can be declared external.",
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
spec: { selector: { app: wbe }, ports: [{ port: 80, targetPort: 8080 }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for service in cluster.selecting("Service") {
        let selector = service.view().at("spec.selector");
        // Without a selector somebody else writes its endpoints.
        if selector.entries().is_empty() {
            let label = "kubernetes.io/service-name";
            let named = |it: &&crate::manifest::Object| {
                it.view().at("metadata.labels").key(label).word() == Some(&service.name)
            };
            let written = selector.exists() && cluster.find("Endpoints", &service.namespace, &service.name).is_none();
            if written && !cluster.of_kind("EndpointSlice").any(|it| named(&it)) {
                report.about(service);
                report.find(
                    selector.span(),
                    format!("`{}` selects nothing", service.name),
                    "write labels that the pods have",
                );
            }
            continue;
        }
        if cluster.selected(&service.namespace, &Selector::plain(selector)).is_empty() {
            report.about(service);
            report.find(
                service.view().key("spec").key_span("selector"),
                format!("`{}` selects no pods of these manifests", service.name),
                "write labels that the pods have",
            );
        }
    }
}
