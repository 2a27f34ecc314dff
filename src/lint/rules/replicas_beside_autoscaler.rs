//! A number of replicas beside an autoscaler.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "replicas-beside-autoscaler",
    severity: Severity::Warning,
    about: "a number of replicas beside an autoscaler",
    docs: "Every time the manifest is applied, the autoscaler's number is overwritten: under load pods end until it \
        has scaled again. Remove `replicas`.",
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }] }
"#],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }] }
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
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = workload.spec.key("replicas");
    // A store has no autoscaler, and that is what is said of it.
    let store = stores::of(workload).is_some_and(|(_, store)| store.keeps != Keeps::Cache);
    if replicas.exists() && cluster.autoscaler(workload).is_some() && !store {
        report.find(
            replicas.span(),
            format!(
                "an autoscaler sets the replicas of `{}`, and applying this takes them back",
                workload.object.name,
            ),
            "remove `replicas`",
        );
    }
}
