//! An autoscaler that may leave a single replica.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-to-one",
    severity: Severity::Warning,
    about: "an autoscaler that may leave a single replica",
    docs: "At quiet times the service then has no redundancy. `minReplicas` is 1 where it is not set.",
    on: true,
    bad: &[
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
spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }] }
"#,
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
spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }] }
"#,
    ],
    good: &[r#"apiVersion: apps/v1
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
"#],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.of_kind("HorizontalPodAutoscaler") {
        let least = object.view().at("spec.minReplicas");
        if least.integer().unwrap_or(1) == 1 {
            report.about(object);
            let span = if least.exists() { least.span() } else { object.name_span() };
            report.find(span, format!("`{}` may leave a single replica", object.name), "set `minReplicas: 2` or more");
        }
    }
}
