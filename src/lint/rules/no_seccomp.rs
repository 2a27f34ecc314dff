//! A container that may make every call of the kernel.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "no-seccomp",
    severity: Severity::Warning,
    about: "a container that may make every call of the kernel",
    docs: "`seccompProfile: { type: RuntimeDefault }` keeps the rare and dangerous ones away; the restricted profile \
        demands it.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { seccompProfile: { type: Unconfined } } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { seccompProfile: { type: RuntimeDefault } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { seccompProfile: { type: RuntimeDefault } } }
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // The server refuses this for Windows.
    if workload.pod.is_windows() {
        return;
    }
    let own = container.view.at("securityContext.seccompProfile.type");
    let profile = if own.exists() { own } else { workload.pod.0.at("securityContext.seccompProfile.type") };
    if !profile.exists() || profile.word() == Some("Unconfined") {
        let span = if profile.exists() { profile.span() } else { container.view.key("name").span() };
        report.find(
            span,
            format!("`{}` may make every call of the kernel", container.name()),
            "add `seccompProfile: { type: RuntimeDefault }` to the `securityContext` of the pod",
        );
    }
}
