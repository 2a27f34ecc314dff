//! A CronJob that stops for good after an outage.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "missed-runs",
    severity: Severity::Info,
    about: "a CronJob whose missed runs are started however late",
    docs: "Without `startingDeadlineSeconds` a run that was missed is started as soon as it can be, however late that \
        is. Before Kubernetes 1.21 the missed ones were counted, and after 100 none was started any more.",
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
