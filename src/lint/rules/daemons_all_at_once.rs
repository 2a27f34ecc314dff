//! An update that takes the pods of all nodes at once.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "daemons-all-at-once",
    severity: Severity::Warning,
    about: "an update that takes the pods of all nodes at once",
    docs: "Every node is then without it.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 100% } }, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } } }
"#],
    good: &[r#"apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 1 } }, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } } }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let most = workload.spec.at("updateStrategy.rollingUpdate.maxUnavailable");
    if workload.kind() == "DaemonSet" && most.word() == Some("100%") {
        report.find(
            most.span(),
            format!("an update takes all pods of `{}` at once", workload.object.name),
            "write 1, or 10%",
        );
    }
}
