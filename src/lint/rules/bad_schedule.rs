//! A schedule that is none.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;
pub(super) const RULE: Rule = Rule {
    id: "bad-schedule",
    severity: Severity::Error,
    about: "a schedule that is none",
    docs: "Five fields: minute, hour, day of the month, month, day of the week; or `@hourly`, `@daily`, `@weekly`, \
        `@monthly`, `@yearly`. A time zone is a field of its own, `timeZone`, and has a name.",
    on: true,
    bad: &[
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "* * * *", jobTemplate: {} }
"#,
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "61 * * * *", jobTemplate: {} }
"#,
    ],
    good: &[
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "*/5 0-6,22 * jan mon-fri", jobTemplate: {} }
"#,
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@daily", jobTemplate: {} }
"#,
    ],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let schedule = object.view().at("spec.schedule");
    let zone = object.view().at("spec.timeZone");
    let unnamed = |word: &str| word.is_empty() || word.eq_ignore_ascii_case("local") || word.contains([' ', ':']);
    if let Some(word) = zone.word().filter(|word| object.kind == "CronJob" && unnamed(word)) {
        let what = format!("{} is no name of a time zone", quoted(word));
        report.find(zone.span(), what, "write it as `Etc/UTC` or `Europe/Berlin`");
    }
    if object.kind == "CronJob" && schedule.text().is_some_and(|text| !syntax::schedule(text)) {
        let text = schedule.text().unwrap_or_default();
        report.find(
            schedule.span(),
            format!("{} is no schedule", quoted(text)),
            "write five fields: minute, hour, day of the month, month, day of the week",
        );
    }
}
