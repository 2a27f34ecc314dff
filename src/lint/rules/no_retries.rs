//! A backend that gives up at the first connection that fails.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "no-retries",
    severity: Severity::Warning,
    about: "a backend that gives up at the first connection that fails",
    docs: "With `retries 0` a client sees every server that is just gone, until its check has failed.",
    on: true,
    bad: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retries 0
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
    server b 192.0.2.2:80 check
    retries 3
"#,
        r#"defaults
    mode tcp
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retries 0
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers() && section.is_http()) {
        let servers = section.all("server").count();
        let retries = section.setting("retries").and_then(|(line, rest)| Some((line, rest.first()?)));
        if let Some((line, count)) = retries.filter(|(_, word)| word.text == "0" && servers > 1) {
            report.find(
                line.span(),
                format!("`{}` gives up at the first connection that fails", section.name),
                "use 1 or more, with `option redispatch`",
            );
            report.fix(count.span, "3");
        }
    }
}
