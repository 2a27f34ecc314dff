//! An even number of members that agree by majority.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "even-quorum",
    severity: Severity::Warning,
    about: "an even number of members that agree by majority",
    docs: "Four members survive the loss of one, as three do, and have one more that may fail; two survive none. Use \
        3 or 5.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 4
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
  replicas: 2
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#,
    ],
    good: &[
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
  replicas: 5
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
  replicas: 2
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "web:1" }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = workload.replicas();
    if let Some(name) = stores::quorum(workload)
        && workload.scales()
        && replicas % 2 == 0
        && replicas > 0
    {
        report.find(
            workload.replicas_span(),
            format!("{replicas} members of {name} survive the loss of {}, as {} do", (replicas - 1) / 2, replicas - 1,),
            format!("use {}", replicas + 1),
        );
    }
}
