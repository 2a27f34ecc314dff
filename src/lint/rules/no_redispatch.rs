//! A backend that asks a server that is gone again and again.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "no-redispatch",
    severity: Severity::Warning,
    about: "a backend that asks a server that is gone again and again",
    docs: "A connection that fails is tried again on the same server. With `option redispatch` it goes to another.",
    on: true,
    bad: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
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
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    option redispatch 1
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
    retries 0
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers() && section.is_http()) {
        let servers = section.all("server").count();
        let never =
            section.setting("retries").is_some_and(|(_, rest)| rest.first().is_some_and(|word| word.text == "0"));
        if servers > 1 && !never && section.setting("option redispatch").is_none() {
            report.find(
                section.kind.span,
                format!("`{}` asks a server that is gone again and again", section.name),
                "add `option redispatch 1`",
            );
        }
    }
}
