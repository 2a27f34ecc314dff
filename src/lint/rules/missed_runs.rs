//! A CronJob that stops for good after an outage.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "missed-runs",
    severity: Severity::Info,
    about: "a CronJob that stops for good after an outage",
    docs: "Without `startingDeadlineSeconds` every run that was missed is counted, and after 100 of them none is \
        started any more: an hour and a half, for one that runs each minute.",
    on: true,
    bad: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@daily",  jobTemplate: {} }
"#],
    good: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@daily", startingDeadlineSeconds: 300, jobTemplate: {} }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind == "CronJob" && !object.view().at("spec.startingDeadlineSeconds").exists() {
        let what = format!("a run of `{}` that was missed is started whenever it can be", object.name);
        report.find(object.name_span(), what, "add `startingDeadlineSeconds: 300`");
    }
}
