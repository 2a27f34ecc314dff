//! A selector that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::tree;
use crate::diagnostic::Severity;
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-selector",
    severity: Severity::Error,
    about: "a selector that the server does not take",
    docs: "`In` and `NotIn` name values, `Exists` and `DoesNotExist` none; `Gt` and `Lt`, which only nodes' labels \
        know, one whole number.",
    on: true,
    bad: &[
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: In, values: [] }] } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: In }] } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: Exists, values: [web] }] } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: cores, operator: Gt, values: [many] }] }] } } } }
"#,
    ],
    good: &[
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: In, values: [web] }] } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: Exists }] } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: cores, operator: Gt, values: ["4"] }] }] } } } }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    tree::each(object.view().key("spec"), &mut |key, list| {
        if key == "matchExpressions" {
            list.items().for_each(|expression| judge(expression, report));
        }
    });
}

fn judge(expression: View<'_>, report: &mut Report<'_>) {
    let values = expression.key("values");
    let count = values.items().len();
    let span = if values.exists() { values.span() } else { expression.key("operator").span() };
    match expression.key("operator").word() {
        Some(operator @ ("In" | "NotIn")) if count == 0 => {
            report.find(span, format!("`{operator}` of no values"), "list the values, or use `Exists`");
        }
        Some(operator @ ("Exists" | "DoesNotExist")) if count > 0 => {
            report.find(span, format!("`{operator}` has no values"), "remove them, or use `In`");
        }
        Some(operator @ ("Gt" | "Lt")) => {
            let whole = |it: View<'_>| it.word().is_some_and(|word| word.parse::<i64>().is_ok());
            if count != 1 || !values.items().all(whole) {
                report.find(span, format!("`{operator}` is asked of one whole number"), "write one, in quotes");
            }
        }
        _ => {}
    }
}
