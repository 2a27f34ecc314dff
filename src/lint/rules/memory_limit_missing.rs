//! A container without a limit of memory.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "memory-limit-missing",
    severity: Severity::Info,
    about: "a container without a limit of memory",
    docs: "One that leaks takes the memory of its node, and the kernel ends whichever is largest.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { limits: { memory: 64Mi } } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    if !container.view.at("resources.limits.memory").exists() && !workload.pod.0.at("resources.limits.memory").exists()
    {
        report.find(
            container.view.key("name").span(),
            format!("`{}` may take all memory of its node", container.name()),
            "add `resources.limits.memory`",
        );
    }
}
