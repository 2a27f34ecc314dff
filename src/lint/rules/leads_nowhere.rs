//! A frontend that sends no request anywhere.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::answers;
use crate::diagnostic::Severity;
use crate::manifest::{Haproxy, Line};

pub(super) const RULE: Rule = Rule {
    id: "leads-nowhere",
    severity: Severity::Warning,
    about: "a frontend that sends no request anywhere",
    docs: "Without `default_backend`, `use_backend` or a rule that answers (`http-request return`, `redirect`, \
        `deny`) every request is answered with 503, and every connection without HTTP is closed.",
    on: true,
    bad: &[
        r#"frontend web
    bind :80
backend web
    server a 192.0.2.1:80
"#,
        r#"listen web
    bind :80
    mode tcp
"#,
    ],
    good: &[
        r#"frontend web
    bind :80
    use_backend web if TRUE
backend web
    server a 192.0.2.1:80
"#,
        r#"defaults
    default_backend web
frontend web
    bind :80
backend web
    server a 192.0.2.1:80
"#,
        r#"frontend web
    bind :80
    http-request redirect scheme https
backend web
    server a 192.0.2.1:80
"#,
        r#"listen stats
    bind 127.0.0.1:8404
    stats enable
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|it| matches!(it.kind.text.as_str(), "frontend" | "listen")) {
        // A template's own words may become anything, and Lua may answer.
        let may = |line: &Line| {
            let first = line.words[0].text.as_str();
            matches!(first, "use_backend" | "disabled")
                || line.has("attach-srv")
                || line.after("option transparent").is_some()
                || first.contains(['{', '$', '<'])
                || line.words.iter().any(|word| word.text.starts_with("lua."))
        };
        // One that has no `bind` either is told of that.
        let listens = section.all("bind").next().is_some();
        let leads = section.setting("default_backend").is_some() || section.setting("dispatch").is_some();
        if listens && !leads && !answers(section) && !section.lines.iter().any(may) {
            let name = &section.name;
            let message = if section.is_http() {
                format!("`{name}` sends no request anywhere: each is answered with 503")
            } else {
                format!("`{name}` sends no connection anywhere: each is closed")
            };
            let help = if section.kind.text == "listen" {
                "add its servers"
            } else {
                "add `default_backend`, or a rule that answers"
            };
            report.find(section.kind.span, message, help);
        }
    }
}
