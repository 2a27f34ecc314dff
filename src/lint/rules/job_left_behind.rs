//! A job that stays when it is done.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "job-left-behind",
    severity: Severity::Info,
    about: "a job that stays when it is done",
    docs: "It and its pods stand in the cluster until somebody deletes them. A CronJob deletes its own.",
    on: true,
    bad: &[r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#],
    good: &[r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { ttlSecondsAfterFinished: 3600, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    // A tool that waits for a hook deletes it.
    let hook = |key: &str| key.ends_with("/hook") || key.ends_with("/hook-delete-policy");
    let hooked = object.view().at("metadata.annotations").entries().iter().any(|it| hook(&it.key));
    if object.kind == "Job" && !object.view().at("spec.ttlSecondsAfterFinished").exists() && !hooked {
        let what = format!("`{}` stays when it is done", object.name);
        report.find(object.name_span(), what, "add `ttlSecondsAfterFinished: 86400`");
    }
}
