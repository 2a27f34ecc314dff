//! Two Services at one port of the nodes.

use std::collections::HashMap;

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "node-port-twice",
    severity: Severity::Error,
    about: "two Services at one port of the nodes",
    docs: "A port of the nodes is one Service's in the whole cluster: the server refuses the second.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Service
metadata: { name: a }
spec: { type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: 30080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: b, namespace: other }
spec: { type: NodePort, selector: { app: b }, ports: [{ port: 80, nodePort: 30080 }] }
"#],
    good: &[r#"apiVersion: v1
kind: Service
metadata: { name: a }
spec: { type: NodePort, selector: { app: a }, ports: [{ name: tcp, port: 53, nodePort: 30053 }, { name: udp, port: 53, protocol: UDP, nodePort: 30053 }] }
---
apiVersion: v1
kind: Service
metadata: { name: b, namespace: other }
spec: { type: NodePort, selector: { app: b }, ports: [{ port: 80, nodePort: 30080 }] }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let mut taken = HashMap::new();
    for service in cluster.of_kind("Service") {
        for port in service.view().at("spec.ports").items() {
            let number = port.key("nodePort");
            let protocol = port.key("protocol").word().unwrap_or("TCP");
            let Some(word) = number.integer().filter(|number| *number != 0) else { continue };
            let key = (service.namespace.as_str(), service.name.as_str());
            match taken.insert((word, protocol), key) {
                // The same object twice is told of as such.
                Some(other) if other != key => {
                    report.about(service);
                    let what = format!("`{}` has the port {word} of the nodes too", other.1);
                    report.find(number.span(), what, "use another, or leave it out: one is chosen then");
                }
                _ => {}
            }
        }
    }
}
