//! A check that every answer passes.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "check-accepts-all",
    severity: Severity::Warning,
    about: "a check that every answer passes",
    docs: "A server that answers 500 to everything counts as up, for ever. Expect what a good answer is: \
        `http-check expect status 200-399`.",
    on: true,
    bad: &[
        r#"defaults
    mode http
backend web
    option httpchk GET /ready
    http-check expect status 200-599
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    option httpchk GET /ready
    http-check expect rstatus .*
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    good: &[
        r#"defaults
    mode http
backend web
    option httpchk GET /ready
    http-check expect status 200-399
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    option httpchk GET /ready
    http-check expect ! rstatus ^5
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for line in config.sections.iter().flat_map(|section| section.all("http-check expect")) {
        let not = line.has("!");
        let all = line.value("status").is_some_and(|status| {
            status.text.split(',').any(|range| {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                let (from, to) = (from.parse().unwrap_or(0), to.parse().unwrap_or(0));
                from <= 399 && to >= 500
            })
        });
        let any = ["rstatus", "rstring"].iter().any(|key| {
            line.value(key).is_some_and(|word| {
                matches!(
                    word.text.trim_start_matches('^').trim_end_matches('$'),
                    "" | "."
                        | ".*"
                        | ".+"
                        | "..."
                        | "[0-9]+"
                        | "[0-9]*"
                        | "[1-5]"
                        | "[2-5]"
                        | "[0-9]"
                        | "[0-9][0-9][0-9]"
                        | "[2-5][0-9][0-9]"
                )
            })
        });
        if (all || any) && !not {
            report.find(
                line.span(),
                "a server that answers every request with an error passes this check",
                "expect what a good answer is: `http-check expect status 200-399`",
            );
        }
    }
}
