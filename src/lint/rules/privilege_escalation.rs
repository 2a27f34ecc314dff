//! A container whose programs may gain rights.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "privilege-escalation",
    severity: Severity::Warning,
    about: "a container whose programs may gain rights",
    docs: "A program with the setuid bit then becomes root. Set `allowPrivilegeEscalation: false`.",
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
spec: { containers: [{ name: web, image: web:1, securityContext: { allowPrivilegeEscalation: true } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { allowPrivilegeEscalation: false } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // The server refuses this for Windows.
    if workload.pod.is_windows() {
        return;
    }
    let context = container.view.key("securityContext");
    let allowed = context.key("allowPrivilegeEscalation");
    // One that has every right has nothing to gain, and the server refuses both.
    if context.key("privileged").is_true() {
        return;
    }
    if allowed.boolean() != Some(false) {
        let span = if allowed.exists() { allowed.span() } else { container.view.key("name").span() };
        report.find(
            span,
            format!("programs in `{}` may gain rights", container.name()),
            "add `securityContext: { allowPrivilegeEscalation: false }`",
        );
    }
}
