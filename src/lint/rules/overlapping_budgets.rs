//! Pods that several budgets select.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "overlapping-budgets",
    severity: Severity::Error,
    about: "pods that several budgets select",
    docs: "The server then refuses every eviction of them (it answers 500), and a drain never ends.",
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
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web-2 }
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
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let budgets: Vec<_> = cluster.budgets_of(workload).map(|budget| budget.object).collect();
    let mut names: Vec<&str> = budgets.iter().map(|budget| budget.name.as_str()).collect();
    names.dedup();
    if names.len() > 1 {
        let second = budgets.last().map_or(workload.object.name_span(), |budget| budget.name_span());
        report.find(
            second,
            format!(
                "the budgets {} all select the pods of `{}`, so none can be evicted",
                names.join(", "),
                workload.object.name,
            ),
            "keep one of them",
        );
    }
}
