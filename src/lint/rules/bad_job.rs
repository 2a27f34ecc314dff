//! A job that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-job",
    severity: Severity::Error,
    about: "a job that the server does not take",
    docs: "One whose runs have numbers says how many there are; a limit of failures for each of them is for those \
        alone.",
    on: true,
    bad: &[
        "apiVersion: batch/v1\nkind: Job\nmetadata: { name: web }\nspec: { activeDeadlineSeconds: 0, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: \"web:1\" }] } } }\n",
        "apiVersion: batch/v1\nkind: Job\nmetadata: { name: web }\nspec: { parallelism: 0, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: \"web:1\" }] } } }\n",
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
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec:
  podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { containerName: main, operator: In, values: [0, 42, 3] } }] }
  podReplacementPolicy: TerminatingOrFailed
  selector: { matchLabels: { app: web } }
  successPolicy: { rules: [{ succeededIndexes: "3-1" }] }
  template: { spec: { restartPolicy: OnFailure, containers: [{ name: web, image: web:1 }] } }
"#,
    ],
    good: &[r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { completionMode: Indexed, completions: 3, backoffLimitPerIndex: 1, maxFailedIndexes: 3, podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { containerName: web, operator: In, values: [3, 42] } }] }, successPolicy: { rules: [{ succeededIndexes: "0,1-2" }] }, template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = match object.kind.as_str() {
        "Job" => object.view().key("spec"),
        "CronJob" => object.view().at("spec.jobTemplate.spec"),
        _ => return,
    };
    let deadline = spec.key("activeDeadlineSeconds");
    if deadline.integer() == Some(0) {
        report.find(deadline.span(), "the job is ended before it begins", "write how long it may take, or remove it");
    }
    let together = spec.key("parallelism");
    if together.integer() == Some(0) && !spec.key("suspend").is_true() {
        report.find(together.span(), "no pod of this job is ever started", "write 1, or say `suspend: true`");
    }
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
    let (runs, failed) = (spec.key("completions").integer(), spec.key("maxFailedIndexes"));
    if failed.integer().zip(runs).is_some_and(|(failed, runs)| failed > runs) {
        report.find(failed.span(), "more runs may fail than there are", "write at most `completions`");
    }
    if spec.key("selector").exists() && !spec.key("manualSelector").is_true() && object.kind == "Job" {
        report.find(spec.key_span("selector"), "the server chooses a job's labels itself", "remove it");
    }
    let policy = spec.key("podFailurePolicy");
    let restarts = spec.at("template.spec.restartPolicy");
    for key in ["podFailurePolicy", "backoffLimitPerIndex"].into_iter().filter(|key| spec.key(key).exists()) {
        if restarts.word() == Some("OnFailure") {
            let what = format!("`{key}` counts pods that failed, and these are restarted in place");
            report.find(restarts.span(), what, "write `restartPolicy: Never`");
            break;
        }
    }
    let replaced = spec.key("podReplacementPolicy");
    if policy.exists() && replaced.word().is_some_and(|word| word != "Failed") {
        report.find(replaced.span(), "with `podFailurePolicy` pods are replaced when they failed", "write `Failed`");
    }
    exit_codes(policy, spec, report);
    for indexes in spec.at("successPolicy.rules").items().map(|rule| rule.key("succeededIndexes")) {
        let part = |part: &str| match part.split_once('-') {
            Some((from, to)) => from.parse::<u32>().ok().zip(to.parse::<u32>().ok()).is_some_and(|(a, b)| a < b),
            None => part.parse::<u32>().is_ok(),
        };
        if let Some(word) = indexes.word().filter(|word| !word.split(',').all(part)) {
            let what = format!("{} are no numbers of runs", quoted(word));
            report.find(indexes.span(), what, "write them as `0,2-4`, the smaller one first");
        }
    }
}

/// What is said of pods by the codes that they end with.
fn exit_codes(policy: View<'_>, spec: View<'_>, report: &mut Report<'_>) {
    let pod = spec.at("template.spec");
    let lists = ["containers", "initContainers"].into_iter().flat_map(|list| pod.key(list).items());
    let names: Vec<&str> = lists.filter_map(|container| container.key("name").word()).collect();
    for codes in policy.key("rules").items().map(|rule| rule.key("onExitCodes")) {
        let name = codes.key("containerName");
        if let Some(word) = name.word().filter(|word| !names.contains(word)) {
            let what = format!("the pod has no container {}", quoted(word));
            report.find(name.span(), what, "name one of its containers, or remove it");
        }
        let numbers: Vec<i64> = codes.key("values").items().filter_map(View::integer).collect();
        if codes.key("operator").word() == Some("In") && numbers.contains(&0) {
            report.find(codes.key("values").span(), "0 is no failure", "remove it");
        }
        if numbers.windows(2).any(|two| two[0] >= two[1]) {
            report.find(codes.key("values").span(), "codes stand in their order, each once", "sort them");
        }
    }
}
