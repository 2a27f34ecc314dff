//! A container that is logged in to.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "ssh-port",
    severity: Severity::Warning,
    about: "a container that is logged in to",
    docs: "A server for logins has keys and passwords of its own, past those of the cluster. `kubectl exec` needs \
        none.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 22 }] }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 2222 }] }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let ports = container.view.key("ports").items().map(|port| port.key("containerPort"));
    if let Some(port) = ports.into_iter().find(|port| port.integer() == Some(22)) {
        let what = format!("`{}` takes logins by ssh", container.name());
        report.find(port.span(), what, "remove it, and use `kubectl exec`");
    }
}
