//! Sentinels of which one alone may call the primary dead.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "sentinel-quorum",
    severity: Severity::Error,
    about: "sentinels of which one alone may call the primary dead",
    docs: "With a quorum of 1 a sentinel that is cut off starts a failover of its own. Of three sentinels it is 2, \
        of five 3.",
    on: true,
    bad: &[r#"sentinel monitor store 192.0.2.1 6379 1
"#],
    good: &[r#"sentinel monitor store 192.0.2.1 6379 2
"#],
    check: Check::Redis(check),
};
fn check(config: &Redis, report: &mut Report<'_>) {
    for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
        let quorum = line.words.get(5);
        if let Some(word) = quorum.filter(|word| word.text.parse() == Ok(1)) {
            report.find(
                word.span,
                "one sentinel alone may call the primary dead",
                "use the majority of the sentinels: 2 of 3",
            );
        }
    }
}
