//! A Redis that keeps nothing on its disk.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
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
    let says = |key: &str| config.setting(key).and_then(|(_, rest)| rest.first()).map(|word| word.text.as_str());
    // One that forgets what is old is a cache.
    let cache = says("maxmemory-policy").is_some_and(|policy| policy.starts_with("allkeys"));
    let snapshots = says("save").is_none_or(|seconds| !seconds.is_empty());
    if !config.sentinel && !cache && says("appendonly") != Some("yes") && !snapshots {
        let line = config.setting("save").or(config.setting("appendonly"));
        let span = line.map_or(crate::diagnostic::Span::DEFAULT, |(line, _)| line.span());
        report.find(span, "what this Redis is told is gone after a restart", "set `appendonly yes`");
    }
}
