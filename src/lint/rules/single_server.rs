//! A backend with one server.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{host_port, local, servers};
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
        // Where to is the client's to say, or a rule's.
        let anywhere = first.is_some_and(|server| matches!(server.host_port().0, "0.0.0.0" | "*" | "" | "::"));
        // So is one of this very process.
        let own = first.is_some_and(|server| {
            let bound = |line: &crate::manifest::Line| {
                let place = line.words.get(1).map_or("", |word| word.text.trim_start_matches("unix@"));
                let address = server.address().trim_start_matches("unix@");
                place == address
                    || local(address) && host_port(place).1.is_some() && host_port(place).1 == host_port(address).1
            };
            config.sections.iter().flat_map(|it| it.all("bind")).any(bound)
        });
        if second.is_some() || templates > 0 || own || anywhere && !first.is_some_and(|it| it.address().is_empty()) {
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
