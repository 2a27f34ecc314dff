//! A host of an Ingress that its certificates are not for.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "tls-for-another-host",
    severity: Severity::Warning,
    about: "a host of an Ingress that its certificates are not for",
    docs: "`tls` names hosts, and this one is not among them: its clients get a certificate of somebody else, or \
        none.",
    on: true,
    bad: &[
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{ hosts: [shp.example], secretName: web }], rules: [{ host: shop.example }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{ hosts: ["*.example"], secretName: web }], rules: [{ host: a.shop.example }] }
"#,
    ],
    good: &[
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{ hosts: [shop.example], secretName: web }], rules: [{ host: shop.example }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{ hosts: ["*.shop.example"], secretName: web }], rules: [{ host: a.shop.example }] }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    let tls = spec.key("tls");
    let named: Vec<&str> = tls.items().flat_map(|it| it.key("hosts").items()).filter_map(|host| host.word()).collect();
    // One without hosts is for all of them.
    if object.kind != "Ingress" || named.is_empty() || tls.items().any(|it| it.key("hosts").items().len() == 0) {
        return;
    }
    for host in spec.key("rules").items().map(|rule| rule.key("host")) {
        let fits = |word: &str| {
            let star = word.split_once('.').map(|(_, rest)| rest);
            named.iter().take(256).any(|it| *it == word || it.strip_prefix("*.").is_some_and(|rest| star == Some(rest)))
        };
        // What is no name has a finding of its own.
        let named = |word: &str| {
            let name = word.strip_prefix("*.").unwrap_or(word);
            syntax::subdomain(name) && name.contains(|c: char| c.is_ascii_lowercase())
        };
        if let Some(word) = host.word().filter(|word| named(word) && !fits(word)) {
            report.find(host.span(), format!("no certificate of `tls` is for {}", quoted(word)), "add it to `hosts`");
        }
    }
}
