//! An autoscaler of something that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;

pub(super) const RULE: Rule = Rule {
    id: "dangling-autoscaler",
    severity: Severity::Error,
    about: "an autoscaler of something that is not among the manifests",
    docs: "It scales nothing.",
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
spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: wbe } }
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
spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.of_kind("HorizontalPodAutoscaler") {
        let target = object.view().at("spec.scaleTargetRef");
        let (Some(kind), Some(name)) = (target.key("kind").word(), target.key("name").word()) else { continue };
        if cluster.find(kind, &object.namespace, name).is_none() && !cluster.is_external(kind, name) {
            report.about(object);
            report.find(
                target.key("name").span(),
                format!("there is no {kind} {} among these manifests", quoted(name)),
                "name what it shall scale",
            );
        }
    }
}
