//! Members that wait for one another at their first start.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "members-wait",
    severity: Severity::Info,
    about: "members that wait for one another at their first start",
    docs: "One member is not ready before a majority is there. With `podManagementPolicy: OrderedReady` the second \
        is not started before the first is ready, and without `publishNotReadyAddresses` none has a name before: \
        both may wait for ever.",
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
      containers: [{ name: store, image: "etcd:3.5", readinessProbe: { httpGet: { path: /ready, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: store }, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5", readinessProbe: { httpGet: { path: /ready, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, selector: { app: store }, ports: [{ port: 80 }] }
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5", readinessProbe: { httpGet: { path: /ready, port: 80 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: store }, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  podManagementPolicy: Parallel
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
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let Some(name) = stores::quorum(workload).filter(|_| workload.kind() == "StatefulSet") else { return };
    let asked = workload.pod.containers().any(|it| it.probe("readiness").is_some());
    if !asked || workload.replicas() < 2 {
        return;
    }
    if name == "etcd" && workload.spec.key("podManagementPolicy").word() != Some("Parallel") {
        let what = format!("members of {name} in `{}` are started one after the other is ready", workload.object.name);
        report.find(workload.object.name_span(), what, "set `podManagementPolicy: Parallel`");
    }
    let service = workload.spec.key("serviceName").word();
    let service = service.and_then(|name| cluster.find("Service", &workload.object.namespace, name));
    let Some(service) = service.filter(|it| it.view().at("spec.clusterIP").word() == Some("None")) else { return };
    if !service.view().at("spec.publishNotReadyAddresses").is_true() {
        let what = format!("members of {name} have no names in `{}` before they are ready", service.name);
        report.find(workload.spec.key("serviceName").span(), what, "set `publishNotReadyAddresses: true`");
    }
}
