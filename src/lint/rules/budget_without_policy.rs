//! A budget that keeps broken pods from being evicted.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "budget-without-policy",
    severity: Severity::Info,
    about: "a budget that keeps broken pods from being evicted",
    docs: "Without `unhealthyPodEvictionPolicy: AlwaysAllow` a pod that runs and is not ready counts as one that \
        must stay, so a service that is broken blocks the drain of its nodes.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
"#],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: { matchLabels: { app: web } } }
"#],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for budget in cluster.budgets() {
        if !budget.spec.key("unhealthyPodEvictionPolicy").exists() {
            report.about(budget.object);
            report.find(
                budget.object.name_span(),
                format!("`{}` keeps pods that are not ready from being evicted", budget.object.name),
                "add `unhealthyPodEvictionPolicy: AlwaysAllow`",
            );
        }
    }
}
