//! Several Redis servers, and nobody asks which is the primary.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::is_redis;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "no-primary-check",
    severity: Severity::Warning,
    about: "several Redis servers, and nobody asks which is the primary",
    docs: "Writes that come to a replica fail, and those that come to an old primary are lost. Ask: `tcp-check \
        send INFO\\ replication\\r\\n` and `tcp-check expect rstring \
        role:master\\r\\nconnected_slaves:[1-9]`.",
    on: true,
    bad: &[
        r#"backend store
    mode tcp
    option tcp-check
    tcp-check send PING\r\n
    tcp-check expect string +PONG
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
        r#"backend store
    mode tcp
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
        r#"frontend store
    bind :6379
    default_backend store
backend store
    mode tcp
    tcp-check expect string role:slave
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
    ],
    good: &[
        r#"backend store
    mode tcp
    tcp-check expect string role:master
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
        r#"backend store
    mode tcp
    server a 192.0.2.1:6379 check
"#,
        r#"backend store_read
    mode tcp
    server a 192.0.2.1:6379 check
    server b 192.0.2.2:6379 check
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers() && is_redis(section)) {
        let asks = section.lines.iter().any(|line| {
            let text = line.text();
            line.after("tcp-check").is_some()
                && (text.contains("master")
                    || text.contains("ROLE")
                    || text.contains("role:active-replica")
                    || text.contains("%["))
        }) || section.setting("option external-check").is_some();
        let reads = ["read", "ro", "slave", "slaves", "replica", "replicas", "cluster", "sentinel", "sentinels"];
        let reads = section.name.to_ascii_lowercase().split(['-', '_', '.']).any(|part| reads.contains(&part));
        if !asks && !reads && section.all("server").count() > 1 {
            let place = section.all("tcp-check expect").next().map_or(section.kind.span, |line| line.span());
            report.find(
                place,
                format!("nobody asks which server of `{}` is the primary: writes come to replicas", section.name),
                "expect `role:master\\r\\nconnected_slaves:[1-9]` from `INFO replication`",
            );
        }
    }
}
