//! An autoscaler of something that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;

pub(super) const RULE: Rule = Rule {
    id: "dangling-autoscaler",
    severity: Severity::Error,
    about: "an autoscaler of something that is not among the manifests",
    docs: "A target is named by its kind and the version of the API that the cluster has, and is something that \
        scales. It scales nothing.",
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
        let scaled = cluster.workload(kind, &object.namespace, name);
        let metrics = object.view().at("spec.metrics").items().map(|metric| metric.at("containerResource.container"));
        for container in metrics.filter(|_| scaled.is_some()) {
            let has = |word: &str| scaled.is_some_and(|it| it.pod.all().any(|container| container.name() == word));
            if let Some(word) = container.word().filter(|word| !has(word)) {
                report.about(object);
                let what = format!("`{name}` has no container {}", quoted(word));
                report.find(container.span(), what, "name one of its containers");
            }
        }
        let version = target.key("apiVersion");
        let apps = matches!(kind, "Deployment" | "StatefulSet" | "ReplicaSet");
        if apps && version.exists() && version.word() != Some("apps/v1") {
            report.about(object);
            let what = format!("there is no {kind} in {}", quoted(version.word().unwrap_or_default()));
            report.find(version.span(), what, "write `apps/v1`");
        }
        if matches!(kind, "DaemonSet" | "Job" | "CronJob" | "Pod") {
            report.about(object);
            report.find(target.key("kind").span(), format!("a {kind} has no replicas to scale"), "name a Deployment");
        }
    }
}
