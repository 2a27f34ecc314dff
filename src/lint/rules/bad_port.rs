//! A number that is no port.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Object, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-port",
    severity: Severity::Error,
    about: "a number that is no port",
    docs: "Ports are numbers from 1 to 65535; those of nodes are 30000 to 32767 unless the cluster says otherwise.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 0 }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 70000 }] }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: 80 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { tcpSocket: { port: 0 } } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 8080 }] }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }] }
"#,
    ],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let mut judge = |port: View<'_>, range: std::ops::RangeInclusive<i64>| {
        if let Some(number) = port.integer().filter(|number| !range.contains(number)) {
            let what = format!("{number} is no port from {} to {}", range.start(), range.end());
            report.find(port.span(), what, "write the number of the port");
        }
    };
    if object.kind == "Service" {
        for port in object.view().at("spec.ports").items() {
            judge(port.key("port"), 1..=65_535);
            judge(port.key("targetPort"), 1..=65_535);
            judge(port.key("nodePort"), 30_000..=32_767);
        }
    }
    if object.kind == "NetworkPolicy" {
        for direction in ["ingress", "egress"] {
            for port in object.view().key("spec").key(direction).items().flat_map(|way| way.key("ports").items()) {
                judge(port.key("port"), 1..=65_535);
                judge(port.key("endPort"), 1..=65_535);
            }
        }
    }
    if object.kind == "Ingress" {
        let paths = object.view().at("spec.rules").items().flat_map(|rule| rule.at("http.paths").items());
        paths.for_each(|path| judge(path.at("backend.service.port.number"), 1..=65_535));
    }
    let Some(workload) = Workload::of(object) else { return };
    for container in workload.pod.all() {
        for port in container.view.key("ports").items() {
            judge(port.key("containerPort"), 1..=65_535);
            judge(port.key("hostPort"), 1..=65_535);
        }
        for which in ["livenessProbe", "readinessProbe", "startupProbe"] {
            for how in ["httpGet", "tcpSocket", "grpc"] {
                judge(container.view.key(which).key(how).key("port"), 1..=65_535);
            }
        }
    }
}
