//! A proxy of a store that listens everywhere.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{clients, host_port, is_redis};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "public-store-proxy",
    severity: Severity::Info,
    about: "a proxy of a store that listens everywhere",
    docs: "Whoever reaches the balancer reaches the store. Bind it to the address of the inside, or say with \
        `tcp-request connection` who may come.",
    on: true,
    bad: &[r#"frontend store
    mode tcp
    bind :6379
    default_backend store
backend store
    mode tcp
    server a 192.0.2.1:6379
"#],
    good: &[
        r#"frontend store
    mode tcp
    bind 127.0.0.1:6379
    default_backend store
backend store
    mode tcp
    server a 192.0.2.1:6379
"#,
        r#"frontend store
    mode tcp
    bind :6379
    tcp-request connection reject if !{ src 10.0.0.0/8 }
    default_backend store
backend store
    mode tcp
    server a 192.0.2.1:6379
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    for backend in config.sections.iter().filter(|section| is_redis(section)) {
        for section in clients.get(backend.name.as_str()).into_iter().flatten() {
            let kept = section.all("tcp-request connection").next().is_some();
            let public = |line: &&crate::manifest::Line| {
                let address = line.words.get(1).map_or("", |word| word.text.as_str());
                matches!(host_port(address).0, "" | "*" | "0.0.0.0" | "::" | "[::]")
            };
            if let Some(line) = section.all("bind").find(public).filter(|_| !kept) {
                report.find(
                    line.span(),
                    format!("whoever reaches this balancer reaches the store behind `{}`", backend.name),
                    "bind it to the address of the inside",
                );
            }
        }
    }
}
