//! Clients that stay with one server.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::upstreams;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "sticky-clients",
    severity: Severity::Info,
    about: "clients that stay with one server",
    docs: "With an affinity by address or cookie the load is not even, and what a server knows of its clients \
        is lost with it. Keep nothing in the server, and balance by `leastconn` or `roundrobin`.",
    on: true,
    bad: &[
        r#"defaults
    mode http
backend web
    balance source
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    cookie SRV insert
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"http {
  upstream web { ip_hash; server 192.0.2.1; server 192.0.2.2; }
}
"#,
    ],
    good: &[
        r#"defaults
    mode http
backend web
    balance leastconn
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"http {
  upstream web { least_conn; server 192.0.2.1; server 192.0.2.2; }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let help = "keep nothing in the server, and balance by the least connections";
    let message =
        |name: &str| format!("clients of {} stay with one server, and lose what it knows of them", quoted(name));
    match document {
        Document::Haproxy(config) => {
            for section in config.sections.iter().filter(|section| section.has_servers() && section.is_http()) {
                let sticks = section.lines.iter().find(|line| {
                    line.after("balance source").is_some()
                        || line.after("cookie").is_some()
                        || line.after("stick on").is_some()
                });
                if let Some(line) = sticks.filter(|_| section.all("server").count() > 1) {
                    report.find(line.span(), message(&section.name), help);
                }
            }
        }
        Document::Nginx(config) => {
            for upstream in upstreams(config) {
                let sticks = upstream.block.iter().find(|it| matches!(it.name(), "ip_hash" | "sticky"));
                if let Some(directive) = sticks {
                    report.find(directive.words[0].span, message(upstream.argument(1)), help);
                }
            }
        }
        _ => {}
    }
}
