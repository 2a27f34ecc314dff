//! An Ingress that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "bad-ingress",
    severity: Severity::Error,
    about: "an Ingress that the server does not take",
    docs: "A host is a name, its first part a `*` or none of it. A path begins with `/` and says how it is \
        compared; a backend is a service or a resource, and a service has one port by its name or its number.",
    on: true,
    bad: &[
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: web, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web } } }] } }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: {}
"#,
    ],
    good: &[r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "Ingress" {
        return;
    }
    let spec = object.view().key("spec");
    let other = spec.key("defaultBackend");
    if !other.exists() && spec.key("rules").items().len() == 0 {
        report.find(
            object.name_span(),
            format!("the Ingress `{}` leads nowhere", object.name),
            "add `rules` or a `defaultBackend`",
        );
    }
    let paths: Vec<View<'_>> = spec.key("rules").items().flat_map(|rule| rule.at("http.paths").items()).collect();
    let hosts = spec.key("rules").items().map(|rule| rule.key("host"));
    for host in hosts.chain(spec.key("tls").items().flat_map(|tls| tls.key("hosts").items())) {
        let fits = |word: &str| {
            let name = word.strip_prefix("*.").unwrap_or(word);
            word.is_empty() || syntax::subdomain(name) && name.parse::<IpAddr>().is_err()
        };
        if let Some(word) = host.word().filter(|word| !word.contains(['$', '{']) && !fits(word)) {
            report.find(host.span(), format!("{} is no name of a host", quoted(word)), syntax::SUBDOMAIN);
        }
    }
    for path in &paths {
        let text = path.key("path");
        let odd = |word: &str| ["//", "/./", "/../"].iter().any(|part| word.contains(part));
        if text.word().is_some_and(odd) && path.key("pathType").word() != Some("ImplementationSpecific") {
            let what = format!("{} is no path as servers have it", quoted(text.word().unwrap_or_default()));
            report.find(text.span(), what, "write it without `//`, `/./` and `/../`");
        }
        if text.word().is_some_and(|word| !word.starts_with('/'))
            && path.key("pathType").word() != Some("ImplementationSpecific")
        {
            report.find(text.span(), "a path begins with `/`", format!("write `/{}`", text.word().unwrap_or_default()));
        }
    }
    for rule in spec.key("rules").items() {
        let mut seen: Vec<(Option<&str>, Option<&str>)> = Vec::new();
        for path in rule.at("http.paths").items() {
            let key = (path.key("path").word(), path.key("pathType").word());
            if seen.contains(&key) && seen.len() < 1000 {
                let place = if path.key("path").exists() { path.key("path").span() } else { path.span() };
                report.find(place, "the same path leads to two services: one of them gets nothing", "keep one");
            }
            seen.push(key);
        }
    }
    for secret in spec.key("tls").items().map(|tls| tls.key("secretName")) {
        if let Some(word) = secret.word().filter(|word| !word.contains(['$', '{']) && !syntax::subdomain(word)) {
            report.find(secret.span(), format!("{} is no name of a Secret", quoted(word)), syntax::SUBDOMAIN);
        }
    }
    let backends = paths.iter().map(|path| path.key("backend")).chain(other.exists().then_some(other));
    for backend in backends {
        let (service, resource) = (backend.key("service"), backend.key("resource"));
        let port = service.key("port");
        if service.exists() == resource.exists() {
            report.find(backend.span(), "a backend is a service or a resource", "keep one");
        } else if service.exists() && port.key("name").exists() == port.key("number").exists() {
            report.find(service.span(), "a service's port is its name or its number", "write `port: { number: 80 }`");
        }
    }
}
