//! A log that is written when the kernel likes.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "unsynced-log",
    severity: Severity::Warning,
    about: "a log that is written when the kernel likes",
    docs: "With `appendfsync no` the loss of a machine takes half a minute of writes that were acknowledged. \
        `everysec` takes one second.",
    on: true,
    bad: &[r#"appendonly yes
appendfsync no
"#],
    good: &[
        r#"appendonly yes
appendfsync everysec
"#,
        r#"appendfsync no
appendonly no
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let logs = config.value("appendonly").is_none_or(|word| word.text != "no");
    let no = |line: &&crate::manifest::Line| line.after("appendfsync no").is_some();
    if let Some((line, _)) = config.setting("appendfsync").filter(|(line, _)| logs && no(line)) {
        report.find(line.span(), "acknowledged writes wait in memory for half a minute", "set `appendfsync everysec`");
    }
}
