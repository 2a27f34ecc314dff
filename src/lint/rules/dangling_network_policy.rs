//! A network policy that selects no pods.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Selector;

pub(super) const RULE: Rule = Rule {
    id: "dangling-network-policy",
    severity: Severity::Warning,
    about: "a network policy that selects no pods",
    docs: "It protects nothing. An empty selector means every pod of the namespace.",
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: wbe } } }
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
      containers: [{ name: web, image: web:1 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {} }
"#,
    ],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.selecting("NetworkPolicy") {
        let selector = object.view().at("spec.podSelector");
        let wanted = Selector::of(selector);
        if object.group() == "networking.k8s.io"
            && !wanted.is_empty()
            && cluster.selected(&object.namespace, &wanted).is_empty()
        {
            report.about(object);
            report.find(
                object.view().key("spec").key_span("podSelector"),
                format!("`{}` selects no pods of these manifests", object.name),
                "write labels that the pods have",
            );
        }
    }
}
