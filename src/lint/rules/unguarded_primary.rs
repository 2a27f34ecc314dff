//! A check that takes a Redis for the primary which has lost its replicas.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "unguarded-primary",
    severity: Severity::Error,
    about: "a check that takes a Redis for the primary which has lost its replicas",
    docs: "After a failover the old primary comes back and says `role:master` until a sentinel tells it otherwise: \
        for seconds there are two, and what is written to the wrong one is lost. Ask for a connected replica too: \
        `role:master\\r\\nconnected_slaves:[1-9]`, with `min-replicas-to-write 1` in Redis.",
    on: true,
    bad: &[r#"defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
backend store
    option tcp-check
    tcp-check send INFO\ replication\r\n
    tcp-check expect string role:master
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#],
    good: &[
        r#"defaults
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
"#,
        r#"defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
backend store
    option tcp-check
    tcp-check send INFO\ replication\r\n
    tcp-check expect string +PONG
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let expects = || section.lines.iter().filter(|line| line.after("tcp-check expect").is_some());
        let guarded = expects().any(|line| line.text().contains("connected_slaves"));
        let primary = expects().find(|line| line.text().contains("role:master"));
        if let Some(line) = primary.filter(|_| !guarded) {
            report.find(
                line.span(),
                format!("`{}` takes a primary that has lost its replicas for the right one", section.name),
                "expect `connected_slaves:[1-9]` behind `role:master`",
            );
        }
    }
}
