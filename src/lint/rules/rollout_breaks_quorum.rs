//! An update that takes a majority of members.

use super::super::api::{Check, Report, Rule};
use super::super::budget::share_up;
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "rollout-breaks-quorum",
    severity: Severity::Error,
    about: "an update that takes a majority of members",
    docs: "Members that agree by majority serve nobody without it. Of n members (n - 1) / 2 may be away: an update \
        that takes one after another is safe.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  updateStrategy: { rollingUpdate: { maxUnavailable: 1 } }
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
  updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let key = if workload.kind() == "Deployment" { "strategy" } else { "updateStrategy" };
    let most = workload.spec.key(key).at("rollingUpdate.maxUnavailable");
    let replicas = workload.replicas();
    let away = (replicas - 1) / 2;
    if let (Some(name), Some(taken)) = (stores::quorum(workload), share_up(most, replicas))
        && workload.kind() == "StatefulSet"
        && replicas > 2
        && taken > away
    {
        let what = format!("of {replicas} members of {name} only {away} may be away, and an update takes {taken}");
        report.find(most.span(), what, "write `maxUnavailable: 1`, or remove it");
    }
}
