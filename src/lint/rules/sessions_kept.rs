//! Connections to a store that stay when its server is marked down.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::clients;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "sessions-kept",
    severity: Severity::Warning,
    about: "connections to a store that stay when its server is marked down",
    docs: "Clients of a store keep their connections: those to a server that hangs or is demoted wait for a quarter \
        of an hour. `on-marked-down shutdown-sessions` ends them.",
    on: true,
    bad: &[r#"defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
backend store
    option tcp-check
    tcp-check send INFO\ replication\r\n
    tcp-check expect rstring 'role:master\r\nconnected_slaves:[1-9]'
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#],
    good: &[r#"defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
backend store
    option tcp-check
    tcp-check send INFO\ replication\r\n
    tcp-check expect rstring 'role:master\r\nconnected_slaves:[1-9]'
    default-server on-marked-down shutdown-sessions
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    let frontends = config.sections.iter().any(|it| it.kind.text == "frontend");
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let primary = section.lines.iter().find(|line| {
            line.after(
                "tcp-check \
            expect",
            )
            .is_some()
                && line.text().contains("role:master")
        });
        let ends = section.lines.iter().chain(section.defaults.iter()).any(|line| line.has("on-marked-down"));
        // What only watches has no clients.
        let used = clients.contains_key(section.name.as_str());
        if let Some(line) = primary.filter(|_| !ends && (used || !frontends)) {
            report.find(
                line.span(),
                format!("clients of `{}` stay with a server that is marked down", section.name),
                "add `default-server on-marked-down shutdown-sessions`",
            );
        }
    }
}
