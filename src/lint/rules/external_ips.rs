//! A Service that takes addresses by itself.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "external-ips",
    severity: Severity::Warning,
    about: "a Service that takes addresses by itself",
    docs: "`externalIPs` are routed to whichever node has the address: nobody moves it when the node is lost, and \
        who may write Services takes any address of the cluster's network (CVE-2020-8554).",
    on: true,
    bad: &[r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { externalIPs: [192.0.2.1], selector: { app: web }, ports: [{ port: 80 }] }
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
    let first = object.view().at("spec.externalIPs").items().next();
    if let Some(first) =
        first.filter(|it| object.kind == "Service" && it.word().is_some_and(|it| it.parse::<IpAddr>().is_ok()))
    {
        let what = format!("nobody moves {} when its node is lost", quoted(first.word().unwrap_or_default()));
        report.find(first.span(), what, "use `type: LoadBalancer`");
    }
}
