//! A budget with both of its fields, or none.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::View;

pub(super) const RULE: Rule = Rule {
    id: "budget-both-fields",
    severity: Severity::Error,
    about: "a budget with both of its fields, or none",
    docs: "`minAvailable` and `maxUnavailable` exclude one another, and the server refuses both; with none of them \
        the budget protects nothing. `maxUnavailable: 1` stays right when the number of replicas changes.",
    on: true,
    bad: &[
        r#"---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: { app: web } } }
"#,
        r#"---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } } }
"#,
    ],
    good: &[r#"---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for budget in cluster.budgets() {
        report.about(budget.object);
        let (least, most) = (budget.spec.key("minAvailable"), budget.spec.key("maxUnavailable"));
        if least.exists() && most.exists() {
            report.find(
                budget.spec.key_span("minAvailable"),
                "`minAvailable` and `maxUnavailable` exclude one another",
                "keep `maxUnavailable`, which stays right when the number of replicas changes",
            );
        } else if !least.exists() && !most.exists() && !misspelt(budget.spec) {
            report.find(
                budget.object.name_span(),
                "the budget has no amount and protects nothing",
                "add `maxUnavailable: 1`",
            );
        }
    }
}

/// Whether there is a key that none of its fields has: the amount, perhaps, and a finding of its own.
fn misspelt(spec: View<'_>) -> bool {
    spec.entries().iter().any(|it| !matches!(it.key.as_str(), "selector" | "unhealthyPodEvictionPolicy"))
}
