//! A StatefulSet whose Service is not there or has an address of its own.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-headless-service",
    severity: Severity::Warning,
    about: "a StatefulSet whose Service is not there or has an address of its own",
    docs: "Pods of a StatefulSet have names of their own only below a Service with `clusterIP: None`: without it \
        members of a store do not find one another.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { selector: { app: store }, ports: [{ port: 80 }] }
"#,
    ],
    good: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, selector: { app: store }, ports: [{ port: 80 }] }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.kind() != "StatefulSet" {
        return;
    }
    let name = workload.spec.key("serviceName");
    let Some(word) = name.word().filter(|word| !word.is_empty()) else {
        return report.find(
            workload.object.name_span(),
            format!("`{}` names no Service", workload.object.name),
            "add `serviceName`, and a Service of that name with `clusterIP: None`",
        );
    };
    match cluster.find("Service", &workload.object.namespace, word) {
        None if cluster.is_external("Service", word) => {}
        None => report.find(
            name.span(),
            format!("there is no Service {} among these manifests", quoted(word)),
            "add \
            it, with `clusterIP: None`",
        ),
        Some(service) if service.view().at("spec.clusterIP").word() != Some("None") => {
            report.find(
                name.span(),
                format!("the Service {} has an address of its own, so the pods have no names", quoted(word)),
                "set its `clusterIP: None`",
            );
        }
        Some(_) => {}
    }
}
