//! A container that may write everywhere in itself.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "writable-root",
    severity: Severity::Info,
    about: "a container that may write everywhere in itself",
    docs: "What breaks in can leave its tools there. Set `readOnlyRootFilesystem: true`, and mount an `emptyDir` \
        where it writes.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { readOnlyRootFilesystem: true } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // The server refuses this for Windows.
    if workload.pod.is_windows() {
        return;
    }
    if !container.view.at("securityContext.readOnlyRootFilesystem").is_true() {
        report.find(
            container.view.key("name").span(),
            format!("`{}` may write everywhere in itself", container.name()),
            "add `securityContext: { readOnlyRootFilesystem: true }`",
        );
    }
}
