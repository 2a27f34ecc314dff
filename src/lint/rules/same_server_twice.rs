//! Two servers that are one.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{servers, upstreams};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "same-server-twice",
    severity: Severity::Warning,
    about: "two servers that are one",
    docs: "Two lines with one address look like two servers, and go away together.",
    on: true,
    bad: &[
        r#"defaults
    mode http
backend web
    server a 192.0.2.1:80
    server b 192.0.2.1:80
"#,
        r#"http {
  upstream web { server 192.0.2.1; server 192.0.2.1; }
}
"#,
    ],
    good: &[
        r#"defaults
    mode http
backend web
    server a 192.0.2.1:80
    server b 192.0.2.1:81
"#,
        r#"http {
  upstream web { server 192.0.2.1; server 192.0.2.2; }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let mut judge = |span: Span, address: &str, seen: bool| {
        if seen && !address.contains(['$', '%']) {
            let message = format!("{} is listed a second time: it is still one server", quoted(address));
            report.find(span, message, "give the address of another server, or remove the line");
        }
    };
    match document {
        Document::Haproxy(config) => {
            for section in &config.sections {
                let mut seen = HashSet::new();
                for server in servers(section).filter(|server| !server.address().is_empty()) {
                    // One process may be asked in several ways.
                    let check = server.line.value("port").map(|port| port.text.as_str());
                    let sni = server.line.value("sni").map(|it| it.text.as_str());
                    let source = server.line.value("source").map(|it| it.text.as_str());
                    let again = !seen.insert((server.address(), check, sni, source));
                    judge(server.line.span(), server.address(), again);
                }
            }
        }
        Document::Nginx(config) => {
            for upstream in upstreams(config) {
                let mut seen = HashSet::new();
                for server in upstream.all("server") {
                    judge(server.words[0].span, server.argument(1), !seen.insert(server.argument(1)));
                }
            }
        }
        _ => {}
    }
}
