//! A balancer without a timeout.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "no-timeouts",
    severity: Severity::Error,
    about: "a balancer without a timeout",
    docs: "Connections to what hangs then stay for ever, until there are no more. Set `timeout connect`, `timeout \
        client` and `timeout server`.",
    on: true,
    bad: &[
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"frontend web
    mode http
    bind :80
    default_backend web
"#,
    ],
    good: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        // Defaults that are not there have a finding of their own.
        let named = |from: &str| config.sections.iter().any(|it| it.kind.text == "defaults" && it.name == from);
        if section.from.as_ref().is_some_and(|from| !named(&from.text)) {
            continue;
        }
        let wanted: &[&str] = match section.kind.text.as_str() {
            "frontend" => &["client"],
            "backend" if section.has_servers() => &["connect", "server"],
            "listen" => &["client", "connect", "server"],
            _ => continue,
        };
        let missing: Vec<&str> = wanted
            .iter()
            .copied()
            .filter(|which| match section.setting(&format!("timeout {which}")) {
                // 0 is none at all, which connections of databases may ask for.
                Some((_, rest)) => section.is_http() && rest.first().is_some_and(|word| word.text == "0"),
                None => true,
            })
            .collect();
        if !missing.is_empty() {
            let names = missing.iter().map(|which| format!("`timeout {which}`")).collect::<Vec<_>>().join(" and no ");
            let zero = missing.iter().all(|which| section.setting(&format!("timeout {which}")).is_some());
            let help =
                if zero { "0 is none: write what the longest answer takes" } else { "add it, or set it in `defaults`" };
            report.find(section.kind.span, format!("`{}` has no {names}", section.name), help);
        }
    }
}
