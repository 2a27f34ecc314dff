//! A service that clients reach by the address of a node.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "node-port",
    severity: Severity::Info,
    about: "a service that clients reach by the address of a node",
    docs: "A client that has the address of one node is cut off when that node is lost; nothing moves the address. \
        Put a balancer before the nodes, or give clients all addresses.",
    on: true,
    bad: &[r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
"#],
    good: &[r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let kind = object.view().at("spec.type");
    if object.kind == "Service" && kind.word() == Some("NodePort") {
        let what = format!("a client of `{}` that has one node's address is cut off with the node", object.name);
        report.find(kind.span(), what, "put a balancer before the nodes, or use `type: LoadBalancer`");
    }
}
