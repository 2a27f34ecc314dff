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
        `@monthly`, `@yearly`. A time zone is a field of its own.",
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
    if object.kind == "CronJob" && schedule.text().is_some_and(|text| !syntax::schedule(text)) {
        let text = schedule.text().unwrap_or_default();
        report.find(
            schedule.span(),
            format!("{} is no schedule", quoted(text)),
            "write five fields: minute, hour, day of the month, month, day of the week",
        );
    }
}
