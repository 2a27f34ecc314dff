//! A schedule that is none.

use super::super::api::{Check, Report, Rule};
use super::super::{keywords, syntax};
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
    let filled = |word: &str| word.contains(['$', '{']);
    let unnamed = |word: &str| !keywords::known("timezone", word) && !filled(word);
    if let Some(word) = zone.word().filter(|word| object.kind == "CronJob" && unnamed(word)) {
        let what = format!("{} is no name of a time zone", quoted(word));
        let near = keywords::meant("timezone", word);
        let mend = near
            .map_or("write it as `Etc/UTC` or `Europe/Berlin`".to_owned(), |near| format!("did you mean `{near}`?"));
        report.find(zone.span(), what, mend);
    }
    let deadline = object.view().at("spec.startingDeadlineSeconds");
    if object.kind == "CronJob" && deadline.integer().is_some_and(|seconds| (0..10).contains(&seconds)) {
        let what = "jobs are looked after every 10 s, so one that may start this late at most may never start";
        report.find(deadline.span(), what, "write 60 or more");
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
