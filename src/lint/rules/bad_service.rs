//! A Service whose fields contradict one another.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "bad-service",
    severity: Severity::Error,
    about: "a Service whose fields contradict one another",
    docs: "Only Services of type NodePort and LoadBalancer have ports of nodes, and a policy for what comes from \
        outside; one with `clusterIP: None` has neither; one of type ExternalName needs a name, every other one ports. \
        Several ports need names. Addresses are addresses.",
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
    fields(spec, kind, report);
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
        let protocol = port.key("appProtocol");
        if let Some(word) = protocol.word().filter(|word| !syntax::qualified(word)) {
            report.find(protocol.span(), format!("{} is no name of a protocol", quoted(word)), syntax::QUALIFIED);
        }
        if ports.items().len() > 1 && !port.key("name").exists() {
            report.find(port.span(), "one of several ports has no name", "name each of them");
        }
    }
}

/// Fields that only some types have, and how they are written.
fn fields(spec: View<'_>, kind: &str, report: &mut Report<'_>) {
    let outside = matches!(kind, "NodePort" | "LoadBalancer");
    let balanced = kind == "LoadBalancer";
    let has = |key: &str| spec.key(key).exists();
    let known = [
        ("externalTrafficPolicy", outside || has("externalIPs")),
        ("healthCheckNodePort", balanced && spec.key("externalTrafficPolicy").word() == Some("Local")),
        ("loadBalancerClass", balanced),
        ("allocateLoadBalancerNodePorts", balanced),
        ("loadBalancerSourceRanges", balanced),
        ("sessionAffinityConfig", spec.key("sessionAffinity").word() == Some("ClientIP")),
        ("clusterIP", kind != "ExternalName"),
    ];
    for (key, fits) in known {
        if !fits && has(key) && spec.key(key).word() != Some("") {
            let goes =
                if key == "sessionAffinityConfig" { "without `sessionAffinity: ClientIP`" } else { "of this type" };
            report.find(
                spec.key_span(key),
                format!("a Service {goes} has no `{key}`"),
                "remove it, or change the type",
            );
        }
    }
    let seconds = spec.at("sessionAffinityConfig.clientIP.timeoutSeconds");
    if seconds.integer().is_some_and(|number| !(1..=86_400).contains(&number)) {
        report.find(seconds.span(), "a client is bound for 1 to 86400 s", "write seconds of at most a day");
    }
    let own = [spec.key("clusterIP")].into_iter().filter(|it| !matches!(it.word(), Some("None" | "")));
    let addresses = own.chain(spec.key("externalIPs").items()).chain([spec.key("loadBalancerIP")]);
    for address in addresses {
        // Capitals alone are filled in by somebody.
        let filled =
            |word: &str| word.contains(['$', '{']) || word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        let wrong = |word: &&str| word.parse::<IpAddr>().is_err() && !filled(word);
        if let Some(word) = address.word().filter(wrong) {
            report.find(address.span(), format!("{} is no address", quoted(word)), "write an IP address");
        }
    }
    for range in spec.key("loadBalancerSourceRanges").items() {
        if let Some(word) = range.word().filter(|word| !syntax::cidr(word.trim())) {
            let what = format!("{} is no block of addresses", quoted(word));
            report.find(range.span(), what, "write it as `10.0.0.0/8`");
        }
    }
    let single = spec.key("ipFamilyPolicy").word() == Some("SingleStack");
    if let Some(second) = spec.key("ipFamilies").items().nth(1).filter(|_| single) {
        report.find(second.span(), "`SingleStack` is one family of addresses", "use `PreferDualStack`, or keep one");
    }
}
