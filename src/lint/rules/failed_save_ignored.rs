//! Writes that go on when they cannot be kept.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "failed-save-ignored",
    severity: Severity::Info,
    about: "writes that go on when they cannot be kept",
    docs: "With `stop-writes-on-bgsave-error no` a full disk is noticed at the next restart, when the data is \
        gone.",
    on: true,
    bad: &[r#"stop-writes-on-bgsave-error no
"#],
    good: &[r#"stop-writes-on-bgsave-error yes
"#],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let setting = config.setting("stop-writes-on-bgsave-error");
    if let Some((line, _)) = setting.filter(|(_, rest)| rest.first().is_some_and(|word| word.text == "no")) {
        report.find(line.span(), "writes go on when they can no longer be kept", "remove it");
    }
}
