//! A backend with one server.

use std::collections::HashSet;

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
    let socket = |text: &'_ str| text.trim_start_matches("unix@").to_owned();
    let binds = config.sections.iter().flat_map(|it| it.all("bind")).filter_map(|line| line.words.get(1));
    let bound: HashSet<String> = binds.map(|word| socket(&word.text)).collect();
    let ports: HashSet<i64> = bound.iter().filter_map(|it| host_port(it).1).collect();
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let templates = section.all("server-template").count();
        let mut serving = servers(section).filter(|server| server.serves());
        let (first, second) = (serving.next(), serving.next());
        // Where to is the client's to say, or a rule's.
        let anywhere = first.is_some_and(|server| matches!(server.host_port().0, "0.0.0.0" | "*" | "" | "::"));
        // So is one of this very process.
        let own = first.is_some_and(|server| {
            let address = socket(server.address());
            let here = local(&address) && host_port(&address).1.is_some_and(|port| ports.contains(&port));
            here || bound.contains(&address)
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
