//! A balancer that waits for a request for ever.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::local;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "no-request-timeout",
    severity: Severity::Info,
    about: "a balancer that waits for a request for ever",
    docs: "Clients that send a byte now and then hold a connection each, until there are no more. `timeout \
        http-request 10s` ends them.",
    on: true,
    bad: &[r#"frontend web
    mode http
    bind :80
    timeout client 30s
"#],
    good: &[
        r#"frontend web
    mode http
    bind :80
    timeout client 30s
    timeout http-request 10s
"#,
        r#"frontend web
    mode tcp
    bind :80
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|it| matches!(it.kind.text.as_str(), "frontend" | "listen")) {
        let public = section.all("bind").any(|line| !local(line.words.get(1).map_or("", |word| &word.text)));
        let page = section.setting("stats").is_some();
        if section.is_http() && public && !page && section.setting("timeout http-request").is_none() {
            report.find(
                section.kind.span,
                format!("`{}` waits for the end of a request for as long as a byte comes now and then", section.name),
                "add `timeout http-request 10s`",
            );
        }
    }
}
