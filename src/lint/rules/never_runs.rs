//! A schedule whose day never comes.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "never-runs",
    severity: Severity::Warning,
    about: "a schedule whose day never comes",
    docs: "The server takes 31 February for a day, and waits for it. A CronJob with such a schedule never runs.",
    on: true,
    bad: &[
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "0 0 31 2 *", jobTemplate: {} }
"#,
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "0 0 31 feb,4-4,9,11 *", jobTemplate: {} }
"#,
    ],
    good: &[
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "0 0 29 2 *", jobTemplate: {} }
"#,
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "0 0 31 2 mon", jobTemplate: {} }
"#,
        r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "0 0 31 2-3 *", jobTemplate: {} }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let schedule = object.view().at("spec.schedule");
    if let Some(text) = schedule.text().filter(|text| object.kind == "CronJob" && syntax::never(text)) {
        let what = format!("{} never comes: none of its months has such a day", quoted(text));
        report.find(schedule.span(), what, "name a day that one of the months has");
    }
}
