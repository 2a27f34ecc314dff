//! A StatefulSet or DaemonSet whose pods are not updated.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "updates-by-hand",
    severity: Severity::Info,
    about: "a StatefulSet or DaemonSet whose pods are not updated",
    docs: "With `OnDelete` a changed template changes nothing until each pod is deleted by hand.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  updateStrategy: { type: OnDelete }
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#],
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
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let kind = workload.spec.at("updateStrategy.type");
    if kind.word() == Some("OnDelete") {
        report.find(
            kind.span(),
            format!("pods of `{}` are updated when somebody deletes them", workload.object.name),
            "use `RollingUpdate`",
        );
    }
    let first = workload.spec.at("updateStrategy.rollingUpdate.partition");
    if workload.kind() == "StatefulSet" && first.integer().is_some_and(|number| number > 0) {
        let number = first.integer().unwrap_or(0);
        let what = if number >= workload.replicas() {
            format!("an update reaches no pod of `{}`", workload.object.name)
        } else {
            format!("an update leaves {number} pods of `{}` as they are", workload.object.name)
        };
        report.find(first.span(), what, "remove `partition` when the first updated pods have shown that they work");
    }
}
