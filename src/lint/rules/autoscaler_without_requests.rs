//! An autoscaler by a share of requests that the pods do not make.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-without-requests",
    severity: Severity::Error,
    about: "an autoscaler by a share of requests that the pods do not make",
    docs: "A target of type `Utilization` is a share of what the containers ask for: without requests it is unknown, \
        and nothing is scaled.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
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
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, resources: { requests: { cpu: 100m, memory: 64Mi } } }]
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
        let spec = object.view().key("spec");
        let target = spec.key("scaleTargetRef");
        let (Some(kind), Some(name)) = (target.key("kind").word(), target.key("name").word()) else { continue };
        let Some(workload) = cluster.find(kind, &object.namespace, name).and_then(Workload::of) else { continue };
        for metric in spec.key("metrics").items() {
            let resource = metric.key("resource");
            let (Some(what), Some("Utilization")) = (resource.key("name").word(), resource.at("target.type").word())
            else {
                continue;
            };
            let asks = |it: &Container<'_>| {
                ["requests", "limits"].iter().any(|which| it.view.key("resources").key(which).key(what).exists())
            };
            if let Some(container) = workload.pod.containers().find(|container| !asks(container)) {
                report.about(object);
                report.find(
                    resource.key("name").span(),
                    format!("the container `{}` asks for no {what}, so no share of it is known", container.name()),
                    format!("add `resources.requests.{what}` to it"),
                );
            }
        }
    }
}
