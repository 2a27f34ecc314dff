//! Replicas without a disruption budget.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "missing-budget",
    severity: Severity::Warning,
    about: "replicas without a disruption budget",
    docs: "A drain of nodes may then end every replica at once. One PodDisruptionBudget with `maxUnavailable: 1` \
        lets them go one after another.",
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
"#],
    good: &[
        r#"apiVersion: apps/v1
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
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.scales() && cluster.least(workload) > 1 && cluster.budgets_of(workload).next().is_none() {
        report.find(
            workload.object.name_span(),
            format!(
                "no PodDisruptionBudget selects the pods of `{}`: a drain may end them all at \
                once",
                workload.object.name
            ),
            "add one with `maxUnavailable: 1` and the labels of the pods as its selector",
        );
    }
}
