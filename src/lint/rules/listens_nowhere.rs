//! A frontend that listens at no address.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::clients;
use crate::diagnostic::Severity;
use crate::manifest::{Haproxy, Line};

pub(super) const RULE: Rule = Rule {
    id: "listens-nowhere",
    severity: Severity::Warning,
    about: "a frontend that listens at no address",
    docs: "Without `bind` nothing ever comes to a `frontend` or a `listen`: haproxy says so at its start and goes on \
        without it, and does not start if no other listens. Where it is meant as a backend call it `backend`.",
    on: true,
    bad: &[
        r#"frontend web
    default_backend web
backend web
    server a 192.0.2.1:80
"#,
        r#"listen web
    server a 192.0.2.1:80
"#,
    ],
    good: &[
        r#"frontend web
    bind :80
    default_backend web
backend web
    server a 192.0.2.1:80
"#,
        r#"frontend all
    bind :80
    default_backend web
listen web
    server a 192.0.2.1:80
"#,
        r#"frontend web
    disabled
backend web
    server a 192.0.2.1:80
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    for section in config.sections.iter().filter(|it| matches!(it.kind.text.as_str(), "frontend" | "listen")) {
        // A template's own words may become anything.
        let listens = |line: &Line| {
            let first = line.words[0].text.as_str();
            matches!(first, "bind" | "disabled") || first.contains(['{', '$', '<'])
        };
        // Every `listen` is a client of its own.
        let asked = section.kind.text == "listen" && clients.get(section.name.as_str()).is_some_and(|it| it.len() > 1);
        if !section.lines.iter().any(listens) && !asked {
            let message = format!("`{}` listens at no address: nothing ever comes to it", section.name);
            report.find(section.kind.span, message, "add `bind :80`, or call it `backend`");
        }
    }
}
