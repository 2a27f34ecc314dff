//! An image that only some nodes have.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "image-never-pulled",
    severity: Severity::Warning,
    about: "an image that only some nodes have",
    docs: "With `imagePullPolicy: Never` a pod starts only where somebody has put the image: it cannot move to \
        another node when its own is lost.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolicy: Never }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolicy: IfNotPresent }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let policy = container.view.key("imagePullPolicy");
    if policy.word() == Some("Never") {
        let what = format!("`{}` starts only on nodes that have its image", container.name());
        report.find(policy.span(), what, "write `IfNotPresent`");
    }
}
