//! A pod without containers.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "no-containers",
    severity: Severity::Error,
    about: "a pod without containers",
    docs: "The server refuses the object.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let containers = workload.pod.0.key("containers");
    if containers.exists() && containers.items().len() == 0 {
        report.find(
            workload.pod.0.key_span("containers"),
            format!("`{}` has no containers", workload.object.name),
            "add one",
        );
    }
}
