//! Addresses of a Service that nobody is sent to.

use std::net::IpAddr;

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-endpoints",
    severity: Severity::Error,
    about: "addresses of a Service that nobody is sent to",
    docs: "A slice of endpoints names its Service by the label `kubernetes.io/service-name`, its ports as the Service \
        does, and addresses of its kind; the server refuses those of the host itself.",
    on: true,
    bad: &[
        r#"apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: IPv6
endpoints: [{ addresses: [10.9.8.7] }]
"#,
        r#"apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
endpoints: [{ addresses: [127.0.0.1] }, { addresses: [] }, { addresses: [10.9.8] }]
"#,
        r#"apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1 }
addressType: IPv4
endpoints: [{ addresses: [10.9.8.7] }]
"#,
        r#"apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ports: [{ name: pg, port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
ports: [{ name: postgres, port: 5432 }]
endpoints: [{ addresses: [10.9.8.7] }]
"#,
        r#"apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ports: [{ name: pg, port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: bd } }
addressType: IPv4
ports: [{ name: pg, port: 5432 }]
endpoints: [{ addresses: [10.9.8.7] }]
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ports: [{ name: pg, port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
ports: [{ name: pg, port: 5432 }]
endpoints: [{ addresses: [10.9.8.7] }]
"#,
        r#"apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: FQDN
endpoints: [{ addresses: [db.example.com] }]
"#,
    ],
    check: Check::Cluster(check),
};

const LABEL: &str = "kubernetes.io/service-name";

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for slice in cluster.of_kind("EndpointSlice") {
        report.about(slice);
        addresses(slice, report);
        let view = slice.view();
        let label = view.at("metadata.labels").key(LABEL);
        let Some(name) = label.word() else {
            let what = "no Service has these addresses";
            report.find(slice.name_span(), what, format!("add the label `{LABEL}` with its name"));
            continue;
        };
        let services = cluster.of_kind("Service").any(|service| service.namespace == slice.namespace);
        match cluster.find("Service", &slice.namespace, name) {
            Some(service) => ports(view, service, report),
            None if services && !cluster.is_external("Service", name) => {
                report.find(
                    label.span(),
                    format!("there is no Service {} among these manifests", quoted(name)),
                    "name one, or say that somebody else makes it: `--external Service/NAME`",
                );
            }
            None => {}
        }
    }
}

fn addresses(slice: &Object, report: &mut Report<'_>) {
    let kind = slice.view().key("addressType").word().unwrap_or_default();
    for endpoint in slice.view().key("endpoints").items() {
        let list = endpoint.key("addresses");
        if list.items().len() == 0 {
            report.find(endpoint.span(), "the endpoint has no address", "add one, or remove it");
        }
        for address in list.items() {
            let Some(word) = address.word().filter(|word| !word.contains(['$', '{'])) else { continue };
            let fits = match (kind, word.parse::<IpAddr>()) {
                ("IPv4", Ok(it)) => it.is_ipv4(),
                ("IPv6", Ok(it)) => it.is_ipv6(),
                ("IPv4" | "IPv6", Err(_)) => false,
                _ => true,
            };
            if !fits {
                let what = format!("{} is no address of {kind}", quoted(word));
                report.find(address.span(), what, "write one of that kind, or change `addressType`");
            } else if word.parse::<IpAddr>().is_ok_and(|it| it.is_loopback() || it.is_unspecified()) {
                let what = format!("{} is each host's own", quoted(word));
                report.find(address.span(), what, "write the address that others reach it by");
            }
        }
    }
}

fn ports(slice: View<'_>, service: &Object, report: &mut Report<'_>) {
    let named = |view: View<'_>| view.key("name").word().unwrap_or_default().to_owned();
    let wanted: Vec<String> = service.view().at("spec.ports").items().map(named).collect();
    for port in slice.key("ports").items().filter(|port| !wanted.contains(&named(*port))) {
        let place = if port.key("name").exists() { port.key("name").span() } else { port.span() };
        let what = format!("`{}` has no port {}", service.name, quoted(&named(port)));
        report.find(place, what, "name it as the Service does");
    }
}
