//! A replica that takes writes.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "writable-replica",
    severity: Severity::Warning,
    about: "a replica that takes writes",
    docs: "What is written to it is on no other server, and gone when it copies its primary again.",
    on: true,
    bad: &[r#"replicaof 192.0.2.1 6379
replica-read-only no
"#],
    good: &[r#"replicaof 192.0.2.1 6379
"#],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    for key in ["replica-read-only", "slave-read-only"] {
        if let Some((line, _)) = config.setting(key).filter(|(_, rest)| rest.first().is_some_and(|it| it.text == "no"))
        {
            report.find(line.span(), "what is written to this replica is on no other server", "remove it");
        }
    }
}
