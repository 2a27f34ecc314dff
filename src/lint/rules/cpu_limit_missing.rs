//! A container without a limit of CPU.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "cpu-limit-missing",
    severity: Severity::Info,
    about: "a container without a limit of CPU",
    docs: "Off unless asked for: a limit slows a program down when the node has nothing better to do, and its \
        latency suffers first. Requests keep the shares fair.",
    on: false,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { limits: { cpu: 1 } } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    if !container.view.at("resources.limits.cpu").exists() {
        report.find(
            container.view.key("name").span(),
            format!("`{}` has no limit of CPU", container.name()),
            "add `resources.limits.cpu`",
        );
    }
}
