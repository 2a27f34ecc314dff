//! A CronJob whose runs may overlap.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "jobs-pile-up",
    severity: Severity::Info,
    about: "a CronJob whose runs may overlap",
    docs: "With `Allow`, the default, a run that takes longer than the time between two is joined by the next, and \
        the next.",
    on: true,
    bad: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@hourly", jobTemplate: {} }
"#],
    good: &[r#"apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec: { schedule: "@hourly", concurrencyPolicy: Forbid, jobTemplate: {} }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind == "CronJob" && matches!(object.view().at("spec.concurrencyPolicy").word(), None | Some("Allow")) {
        report.find(
            object.name_span(),
            format!("runs of `{}` may overlap", object.name),
            "set `concurrencyPolicy: Forbid`, or `Replace`",
        );
    }
}
