//! A backend that no server is in.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{answers, clients};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "empty-backend",
    severity: Severity::Warning,
    about: "a backend that no server is in",
    docs: "Every request that comes to it is answered with 503.",
    on: true,
    bad: &[r#"frontend web
    bind :80
    default_backend b
backend b
    mode http
"#],
    good: &[
        r#"frontend web
    bind :80
    default_backend b
backend b
    mode http
    http-request deny
"#,
        r#"frontend web
    bind :80
    default_backend b
backend b
    server-template s 3 web:80
"#,
        r#"backend table
    stick-table type ip size 1m
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    for section in config.sections.iter().filter(|section| section.kind.text == "backend") {
        if !answers(section) && clients.contains_key(section.name.as_str()) {
            let name = &section.name;
            let what = if section.is_http() {
                format!("`{name}` has no server: every request that comes to it is answered with 503")
            } else {
                format!("`{name}` has no server: every connection that comes to it is closed")
            };
            report.find(section.kind.span, what, "add its servers");
        }
    }
}
