//! A Redis that keeps nothing on its disk.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span};
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "no-persistence",
    severity: Severity::Warning,
    about: "a Redis that keeps nothing on its disk",
    docs: "After a restart it is empty, and replicas copy that. `appendonly yes` keeps every write.",
    on: true,
    bad: &[r#"port 6379
appendonly no
save ""
"#],
    good: &[
        r#"port 6379
appendonly yes
"#,
        r#"port 26379
sentinel monitor store 192.0.2.1 6379 2
"#,
        r#"port 6379
maxmemory 1gb
maxmemory-policy allkeys-lru
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    if let Some(span) = forgets(config) {
        report.find(span, "what this Redis is told is gone after a restart", "set `appendonly yes`");
    }
}

/// Where it says that it keeps nothing; `None` for one that keeps something, or is a cache: one that forgets what is
/// old.
pub(super) fn forgets(config: &Redis) -> Option<Span> {
    let says = |key: &str| config.value(key).map(|word| word.text.as_str());
    let cache = says("maxmemory-policy").is_some_and(|policy| policy.starts_with("allkeys"));
    let snapshots = says("save").is_none_or(|seconds| !seconds.is_empty());
    let forgets = !config.sentinel && !cache && says("appendonly") != Some("yes") && !snapshots;
    forgets.then(|| config.setting("save").map(|(line, _)| line.span()))?
}
