//! A password of Redis that stands in its configuration and that everybody knows.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::is_known;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "known-redis-password",
    severity: Severity::Error,
    about: "a password of Redis that stands in its configuration and that everybody knows",
    docs: "It is the first that is tried.",
    on: true,
    bad: &[
        r#"requirepass redis
"#,
        r#"requirepass foobared
"#,
    ],
    good: &[r#"requirepass 3f9c2a71b0
"#],
    check: Check::Redis(check),
};
fn check(config: &Redis, report: &mut Report<'_>) {
    for key in ["requirepass", "masterauth", "sentinel auth-pass"] {
        let word = config.setting(key).and_then(|(_, rest)| rest.last());
        if let Some(word) = word.filter(|word| !word.text.is_empty() && is_known(&word.text)) {
            report.find(
                word.span,
                format!("everybody knows the password {}", quoted(&word.text)),
                "make a long random one",
            );
        }
    }
}
