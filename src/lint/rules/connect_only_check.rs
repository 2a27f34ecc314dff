//! A check of HTTP servers that only connects.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::servers;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "connect-only-check",
    severity: Severity::Info,
    about: "a check of HTTP servers that only connects",
    docs: "A program that hangs, or answers 500 to everything, still takes connections. `option httpchk GET \
        /health` asks for an answer.",
    on: true,
    bad: &[r#"defaults
    mode http
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#],
    good: &[
        r#"defaults
    mode http
backend web
    option httpchk GET /ready
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode tcp
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    default-server observe layer7
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers() && section.is_http()) {
        let asks = [
            "option httpchk",
            "http-check",
            "tcp-check",
            "option tcp-check",
            "external-check",
            "option external-check",
        ]
        .iter()
        .any(|it| section.setting(it).is_some());
        let checked = servers(section).filter(|server| server.has("check")).count();
        let seen = servers(section).any(|server| ["observe", "agent-check"].iter().any(|it| server.has(it)));
        if checked > 1 && !asks && !seen {
            report.find(
                section.kind.span,
                format!("the check of `{}` only connects: a server that hangs passes it", section.name),
                "add `option httpchk GET` with the path that says that the server is well",
            );
        }
    }
}
