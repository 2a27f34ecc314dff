//! Two autoscalers of one workload.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use std::collections::HashMap;

pub(super) const RULE: Rule = Rule {
    id: "overlapping-autoscalers",
    severity: Severity::Error,
    about: "two autoscalers of one workload",
    docs: "Each sets the replicas as it sees fit, one against the other: pods start and end for ever.",
    on: true,
    bad: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web-2 }
spec: { minReplicas: 3, maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    good: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let mut seen = HashMap::new();
    for object in cluster.of_kind("HorizontalPodAutoscaler") {
        let target = object.view().at("spec.scaleTargetRef");
        let name = target.key("name");
        let (Some(kind), Some(word)) = (target.key("kind").word(), name.word()) else { continue };
        if let Some(first) = seen.insert((object.namespace.as_str(), kind, word), object.name.as_str()) {
            report.about(object);
            let what = format!("`{first}` scales the {kind} {} too", quoted(word));
            report.find(name.span(), what, "make one of them, with the metrics of both");
        }
    }
}
