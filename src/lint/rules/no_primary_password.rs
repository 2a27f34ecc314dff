//! A replica that has no password for its primary.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::is_known;
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "no-primary-password",
    severity: Severity::Warning,
    about: "a replica that has no password for its primary",
    docs: "All servers of a set have one password, as each may become the primary. Without `masterauth` a \
        replica with `requirepass` copies nothing.",
    on: true,
    bad: &[r#"replicaof 192.0.2.1 6379
requirepass 3f9c2a71b0
"#],
    good: &[
        r#"replicaof 192.0.2.1 6379
requirepass 3f9c2a71b0
masterauth 3f9c2a71b0
"#,
        r#"requirepass 3f9c2a71b0
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let follows = ["replicaof", "slaveof"].iter().any(|key| config.setting(key).is_some());
    let own = config.setting("requirepass").filter(|(_, rest)| rest.first().is_some_and(|word| !is_known(&word.text)));
    if let Some((line, _)) = own.filter(|_| follows && config.whole && config.setting("masterauth").is_none()) {
        report.find(line.span(), "this replica has no password for its primary", "add `masterauth`");
    }
}
