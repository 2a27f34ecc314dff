//! A backend with one server.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "single-server",
    severity: Severity::Warning,
    about: "a backend with one server",
    docs: "When it is away, so is what it answers. A second one, or a `backup`, takes over.",
    on: true,
    bad: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
"#],
    good: &[
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check backup
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let templates = section.all("server-template").count();
        let mut servers = section.all("server");
        if let (Some(line), None, 0) = (servers.next(), servers.next(), templates) {
            report.find(line.span(), format!("`{}` has one server", section.name), "add another");
        }
    }
}
