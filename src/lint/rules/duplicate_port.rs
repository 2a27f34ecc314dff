//! A container lists one port twice.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    id: "duplicate-port",
    severity: Severity::Warning,
    about: "a container lists one port twice",
    docs: "The two are one port to the server: of what is applied later, one is lost.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: a, containerPort: 80 }, { name: b, containerPort: 80 }] }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: a, containerPort: 53 }, { name: b, containerPort: 53, protocol: UDP }] }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for port in container.view.key("ports").items() {
        let number = port.key("containerPort");
        let protocol = port.key("protocol").word().unwrap_or("TCP");
        let places = (port.key("hostPort").word(), port.key("hostIP").word());
        if number.exists() && !seen.insert((number.word(), protocol, places)) {
            let what = format!("`{}` lists its port {} twice", container.name(), number.word().unwrap_or_default());
            report.find(number.span(), what, "remove one of them");
        }
    }
}
