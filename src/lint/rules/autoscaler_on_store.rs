//! An autoscaler of a store.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-on-store",
    severity: Severity::Warning,
    about: "an autoscaler of a store",
    docs: "Members of a store are added and removed by its own steps: a majority is counted of all that ever joined, \
        a new replica knows no primary, and one that is removed leaves its data behind.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: store }
spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: store } }
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
      containers: [{ name: web, image: web:1 }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.of_kind("HorizontalPodAutoscaler") {
        let target = object.view().at("spec.scaleTargetRef");
        let (Some(kind), Some(name)) = (target.key("kind").word(), target.key("name").word()) else { continue };
        let workload = cluster.find(kind, &object.namespace, name).and_then(Workload::of);
        let store = workload.as_ref().and_then(stores::of).filter(|(_, store)| store.keeps != Keeps::Cache);
        if let Some((_, store)) = store {
            report.about(object);
            let what = format!("`{}` adds and removes members of {} by load", object.name, store.name);
            report.find(target.key("name").span(), what, "remove it, and set `replicas`");
        }
    }
}
