//! A probe of a port that the container does not list.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "unlisted-probe-port",
    severity: Severity::Info,
    about: "a probe of a port that the container does not list",
    docs: "Mostly it is a mistake, and the probe fails for ever. What a container listens at should be listed, so \
        that this can be told.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8081 } } }] }
"#],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { tcpSocket: { port: 8081 } } }] }
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let ports = container.view.key("ports");
    if ports.items().len() == 0 {
        return;
    }
    for probe in ["liveness", "readiness", "startup"].iter().filter_map(|which| container.probe(which)) {
        // Another host has other ports.
        let own = ["httpGet", "tcpSocket", "grpc"].map(|how| probe.0.key(how)).into_iter();
        for port in own.filter(|it| !it.key("host").exists()).map(|it| it.key("port")) {
            let listed = |number: i64| ports.items().any(|it| it.key("containerPort").integer() == Some(number));
            if let Some(number) = port.integer().filter(|number| !listed(*number)) {
                let what = format!("`{}` does not list its port {number}", container.name());
                report.find(port.span(), what, "name one of its `ports`, or add this one there");
            }
        }
    }
}
