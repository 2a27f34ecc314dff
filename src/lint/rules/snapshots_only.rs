//! A Redis that writes its data down now and then.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "snapshots-only",
    severity: Severity::Info,
    about: "a Redis that writes its data down now and then",
    docs: "Without `appendonly yes` a crash takes all that was written since the last snapshot, of an hour ago \
        where little is written.",
    on: true,
    bad: &[r#"port 6379
appendonly no
"#],
    good: &[
        r#"port 6379
appendonly yes
"#,
        r#"appendonly no
maxmemory-policy allkeys-lru
"#,
        r#"appendonly no
save ""
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let says = |key: &str| config.value(key).map(|word| word.text.as_str());
    let cache = says("maxmemory-policy").is_some_and(|policy| policy.starts_with("allkeys"));
    let snapshots = says("save").is_none_or(|seconds| !seconds.is_empty());
    if let Some((line, _)) = config.setting("appendonly").filter(|_| says("appendonly") == Some("no"))
        && snapshots
        && !cache
        && !config.sentinel
    {
        report.find(line.span(), "a crash takes all that was written since the last snapshot", "set `appendonly yes`");
    }
}
