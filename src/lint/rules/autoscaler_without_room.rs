//! An autoscaler that can add nothing.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-without-room",
    severity: Severity::Warning,
    about: "an autoscaler that can add nothing",
    docs: "`maxReplicas` is as many as `minReplicas`: when a node is lost, or load comes, nothing is added.",
    on: true,
    bad: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 3, maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    good: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 3, maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    let most = spec.key("maxReplicas");
    let least = spec.key("minReplicas").integer().unwrap_or(1);
    if object.kind == "HorizontalPodAutoscaler" && most.integer() == Some(least) && least > 0 {
        let what = format!("`{}` keeps {least} replicas, whatever the load is", object.name);
        report.find(most.span(), what, "raise `maxReplicas`, or remove the autoscaler");
    }
}
