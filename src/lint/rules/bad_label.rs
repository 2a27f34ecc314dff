//! A label that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "bad-label",
    severity: Severity::Error,
    about: "a label that the server does not take",
    docs: "A key is a name of at most 63 letters, digits, `-`, `_` and `.`, with a domain and `/` before it or not; \
        a value is such a name, or empty.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: "my app" } }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { "a/b/c": x } }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, "-x": y } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app.kubernetes.io/name: web, empty: "" } }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let view = object.view();
    let template = Workload::of(object).map(|workload| workload.template.at("metadata.labels"));
    let of_pods = template.filter(|_| object.kind != "Pod");
    let selector = view.at("spec.selector");
    let selector = if selector.key("matchLabels").exists() { selector.key("matchLabels") } else { selector };
    let plain = matches!(object.kind.as_str(), "Service" | "ReplicationController");
    let selects = (plain || view.at("spec.selector.matchLabels").exists()).then_some(selector);
    let nodes = Workload::of(object).map(|workload| workload.pod.0.key("nodeSelector"));
    for labels in [Some(view.at("metadata.labels")), of_pods, selects, nodes].into_iter().flatten() {
        for entry in labels.entries() {
            if !syntax::qualified(&entry.key) {
                report.find(entry.key_span, format!("{} is no key of a label", quoted(&entry.key)), syntax::QUALIFIED);
            }
            let value = View::of(&entry.node);
            if let Some(text) = value.word().filter(|text| !syntax::label_value(text)) {
                report.find(value.span(), format!("{} is no value of a label", quoted(text)), syntax::LABEL_VALUE);
            }
        }
    }
    for entry in view.at("metadata.annotations").entries() {
        if !syntax::qualified(&entry.key.to_ascii_lowercase()) {
            report.find(
                entry.key_span,
                format!("{} is no key of an annotation", quoted(&entry.key)),
                syntax::QUALIFIED,
            );
        }
    }
}
