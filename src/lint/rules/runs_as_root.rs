//! A container that may run as root.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "runs-as-root",
    severity: Severity::Warning,
    about: "a container that may run as root",
    docs: "What breaks out of it is root on the node. Set `runAsNonRoot: true`, and a `runAsUser` where the image \
        names its user by a word.",
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
spec: { containers: [{ name: web, image: web:1, securityContext: { runAsUser: 0 } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { runAsNonRoot: true } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { runAsNonRoot: true } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { runAsUser: 1000 } }] }
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let own = container.view.key("securityContext");
    let of_pod = workload.pod.0.key("securityContext");
    let value = |key: &str| if own.key(key).exists() { own.key(key) } else { of_pod.key(key) };
    let user = value("runAsUser");
    if user.integer() == Some(0) {
        report.find(user.span(), format!("`{}` runs as root", container.name()), "run it as a user of its own");
    } else if user.integer().is_none() && !value("runAsNonRoot").is_true() {
        report.find(
            container.view.key("name").span(),
            format!("`{}` may run as root", container.name()),
            "add `securityContext: { runAsNonRoot: true }`",
        );
    }
}
