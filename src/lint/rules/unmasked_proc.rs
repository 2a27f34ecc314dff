//! A container that sees all of /proc.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "unmasked-proc",
    severity: Severity::Error,
    about: "a container that sees all of /proc",
    docs: "Parts of it tell and change what is the node's.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { procMount: Unmasked } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { procMount: Default } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let mount = container.view.at("securityContext.procMount");
    if mount.word() == Some("Unmasked") {
        report.find(mount.span(), format!("`{}` sees all of /proc", container.name()), "remove it");
    }
}
