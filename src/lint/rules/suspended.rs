//! A job that is never run.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "suspended",
    severity: Severity::Info,
    about: "a job that is never run",
    docs: "With `suspend: true` it waits until somebody sets it to false.",
    on: true,
    bad: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@daily", suspend: true, jobTemplate: {} }
"#],
    good: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@daily", suspend: false, jobTemplate: {} }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let suspend = object.view().at("spec.suspend");
    if matches!(object.kind.as_str(), "CronJob" | "Job") && suspend.is_true() {
        report.find(suspend.span(), format!("`{}` is not run", object.name), "remove it when it shall run");
    }
}
