//! A Service whose fields contradict one another.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-service",
    severity: Severity::Error,
    about: "a Service whose fields contradict one another",
    docs: "Only Services of type NodePort and LoadBalancer have ports of nodes; one with `clusterIP: None` has \
        neither; one of type ExternalName needs a name, every other one ports. Several ports need names.",
    on: true,
    bad: &[
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }] }
"#,
        r#"apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: ExternalName }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }, { port: 81 }] }
"#,
        r#"apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web } }
"#,
    ],
    good: &[
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web } }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: a, port: 80 }, { name: b, port: 81 }] }
"#,
    ],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "Service" || !object.group().is_empty() {
        return;
    }
    let spec = object.view().key("spec");
    let kind = spec.key("type").word().unwrap_or("ClusterIP");
    let headless = spec.key("clusterIP").word() == Some("None");
    if headless && kind != "ClusterIP" {
        report.find(
            spec.key("type").span(),
            format!("a Service with `clusterIP: None` is not of type {kind}"),
            "remove one of the two",
        );
    }
    if kind == "ExternalName" && !spec.key("externalName").exists() {
        report.find(spec.key("type").span(), "an ExternalName without `externalName`", "add the name it stands for");
    }
    let ports = spec.key("ports");
    if kind != "ExternalName" && !headless && ports.items().len() == 0 && spec.exists() {
        report.find(object.name_span(), format!("the Service `{}` has no ports", object.name), "add `ports`");
    }
    for port in ports.items() {
        if kind == "ClusterIP" && port.key("nodePort").integer().is_some_and(|number| number != 0) {
            report.find(
                port.key("nodePort").span(),
                "a Service of type ClusterIP has no port of nodes",
                "remove it, or set `type: NodePort`",
            );
        }
        if ports.items().len() > 1 && !port.key("name").exists() {
            report.find(port.span(), "one of several ports has no name", "name each of them");
        }
    }
}
