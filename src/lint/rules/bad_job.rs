//! A job that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-job",
    severity: Severity::Error,
    about: "a job that the server does not take",
    docs: "One whose runs have numbers says how many there are; a limit of failures for each of them is for those \
        alone.",
    on: true,
    bad: &[
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { completionMode: Indexed, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { backoffLimitPerIndex: 1, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    good: &[r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { completionMode: Indexed, completions: 3, backoffLimitPerIndex: 1, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = match object.kind.as_str() {
        "Job" => object.view().key("spec"),
        "CronJob" => object.view().at("spec.jobTemplate.spec"),
        _ => return,
    };
    let mode = spec.key("completionMode");
    let indexed = mode.word() == Some("Indexed");
    if indexed && !spec.key("completions").exists() {
        report.find(mode.span(), "an indexed job says how many runs it has", "add `completions`");
    }
    for key in ["backoffLimitPerIndex", "maxFailedIndexes"] {
        if spec.key(key).exists() && !indexed {
            report.find(spec.key_span(key), format!("`{key}` goes with `completionMode: Indexed`"), "set that mode");
        }
    }
}
