//! A store of record that forgets.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "evicting-store",
    severity: Severity::Warning,
    about: "a store of record that forgets",
    docs: "A Redis that keeps a log or replicas, and evicts what is old when memory is short, loses without a \
        word what it was to keep. `maxmemory-policy noeviction` refuses writes instead.",
    on: true,
    bad: &[r#"appendonly yes
maxmemory 1gb
maxmemory-policy allkeys-lru
"#],
    good: &[
        r#"appendonly yes
maxmemory-policy noeviction
"#,
        r#"maxmemory-policy allkeys-lru
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let keeps = config.value("appendonly").is_some_and(|word| word.text == "yes");
    let policy = config.value("maxmemory-policy");
    if let Some(word) = policy.filter(|word| keeps && word.text.starts_with("allkeys")) {
        report.find(word.span, "what is kept in a log is forgotten when memory is short", "use `noeviction`");
    }
}
