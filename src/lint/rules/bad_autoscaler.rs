//! An autoscaler whose bounds exclude one another.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-autoscaler",
    severity: Severity::Error,
    about: "an autoscaler whose bounds exclude one another",
    docs: "The server refuses `minReplicas` over `maxReplicas`.",
    on: true,
    bad: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 5, maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: web } }
"#],
    good: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { kind: Deployment, name: web } }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    if object.kind != "HorizontalPodAutoscaler" {
        return;
    }
    let (least, most) = (spec.key("minReplicas"), spec.key("maxReplicas"));
    if let (Some(few), Some(many)) = (least.integer().or(Some(1)), most.integer())
        && (few > many || many < 1)
    {
        let span = if least.exists() { least.span() } else { most.span() };
        report.find(
            span,
            format!("at least {few} and at most {many} replicas"),
            "set `maxReplicas` to more than `minReplicas`",
        );
    }
}
