//! A server's name that is asked for once.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{named, servers};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "unresolved-name",
    severity: Severity::Info,
    about: "a server's name that is asked for once",
    docs: "haproxy asks for it when it starts, does not start without an answer, and keeps the address when the \
        server comes back with another. `resolvers` asks again, and `init-addr last,libc,none` starts \
        without.",
    on: true,
    bad: &[r#"defaults
    mode http
backend web
    server a web-1.example:80
    server b web-2.example:80
"#],
    good: &[
        r#"defaults
    mode http
backend web
    server a web-1.example:80 resolvers dns init-addr none
"#,
        r#"defaults
    mode http
backend web
    default-server resolvers dns init-addr libc,none
    server a web-1.example:80
"#,
        r#"defaults
    mode http
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        for server in servers(section) {
            if named(server.host_port().0) && !server.has("resolvers") && !server.has("init-addr") {
                report.find(
                    server.line.span(),
                    format!("{} is asked for once, and haproxy does not start without it", quoted(server.address())),
                    "add `resolvers` with a section of that name, and `init-addr last,libc,none`",
                );
                break;
            }
        }
    }
}
