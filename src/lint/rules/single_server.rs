//! A backend with one server.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::servers;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "single-server",
    severity: Severity::Warning,
    about: "a backend with one server",
    docs: "When it is away, so is what it answers. A second one, or a `backup`, takes over.",
    on: true,
    bad: &[
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
"#,
        "backend web\n    server a 192.0.2.1:80\n    server b 192.0.2.2:80 disabled\n",
    ],
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
    server b 192.0.2.2:80 check backup
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let templates = section.all("server-template").count();
        let mut serving = servers(section).filter(|server| server.serves());
        let (first, second) = (serving.next(), serving.next());
        if second.is_some() || templates > 0 {
            continue;
        }
        let name = &section.name;
        // What takes no requests stands there and is none.
        match servers(section).find(|server| !server.serves()) {
            Some(idle) => report.find(
                idle.line.span(),
                format!("{} takes no requests: `{name}` has one server at most", quoted(idle.name())),
                "remove `disabled` and `weight 0`, or add another",
            ),
            None => {
                let span = first.map_or(section.kind.span, |server| server.line.span());
                report.find(span, format!("`{name}` has one server"), "add another");
            }
        }
    }
}
