//! A backend that no server is in.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::clients;
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

/// What answers, or is meant to refuse, without a server.
const ANSWERS: &[&str] = &[
    "server",
    "server-template",
    "stats",
    "redirect",
    "errorfile",
    "errorloc",
    "errorloc302",
    "errorloc303",
    "http-error",
    "errorfiles",
    "dispatch",
    "use-fcgi-app",
    "stick-table",
];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    for section in config.sections.iter().filter(|section| section.kind.text == "backend") {
        let answers = section.lines.iter().any(|line| {
            ANSWERS.contains(&line.words[0].text.as_str())
                || ["return", "deny", "redirect", "tarpit", "reject", "silent-drop", "use-service", "auth"]
                    .iter()
                    .any(|action| line.after(&format!("http-request {action}")).is_some() || line.has(action))
        });
        if !answers && clients.contains_key(section.name.as_str()) {
            report.find(
                section.kind.span,
                format!("`{}` has no server: every request that comes to it is answered with 503", section.name),
                "add its servers",
            );
        }
    }
}
