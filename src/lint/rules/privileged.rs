//! A privileged container.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "privileged",
    severity: Severity::Warning,
    about: "a privileged container",
    docs: "It is root on its node.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { privileged: true } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { privileged: false } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let privileged = container.view.at("securityContext.privileged");
    if privileged.is_true() {
        report.find(
            privileged.span(),
            format!("`{}` is root on its node", container.name()),
            "remove it, and add the one capability that it needs",
        );
    }
}
