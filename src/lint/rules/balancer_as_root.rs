//! A balancer that works as root.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "balancer-as-root",
    severity: Severity::Warning,
    about: "a balancer that works as root",
    docs: "Whoever breaks into it has the host. It opens its ports first and gives root up by itself when \
        `user` names another.",
    on: true,
    bad: &[
        r#"global
    user root
frontend web
    bind :80
"#,
        r#"global
    uid 0
frontend web
    bind :80
"#,
        r#"user root;
events {
}
"#,
    ],
    good: &[
        r#"global
    user haproxy
frontend web
    bind :80
"#,
        r#"user nginx;
events {
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let found = match document {
        Document::Haproxy(config) => {
            let globals = config.sections.iter().filter(|section| section.kind.text == "global");
            let mut lines = globals.flat_map(|section| &section.lines);
            lines.find(|line| line.after("user root").is_some() || line.after("uid 0").is_some()).map(|it| it.span())
        }
        Document::Nginx(config) => {
            let user = config.directives.iter().find(|it| it.name() == "user" && it.argument(1) == "root");
            user.map(|it| it.words[0].span)
        }
        _ => None,
    };
    if let Some(span) = found {
        report.find(span, "whoever breaks into this balancer is root", "name the user that its package made");
    }
}
