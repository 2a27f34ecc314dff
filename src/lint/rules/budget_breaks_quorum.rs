//! A budget that lets a majority of members go.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
pub(super) const RULE: Rule = Rule {
    id: "budget-breaks-quorum",
    severity: Severity::Error,
    about: "a budget that lets a majority of members go",
    docs: "Members that agree by majority serve nobody without it. Of n members (n - 1) / 2 may be away: one of \
        three, two of five.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 2, selector: { matchLabels: { app: store } } }
"#],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: store } } }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 5
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 2, selector: { matchLabels: { app: store } } }
"#,
    ],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for budget in cluster.budgets() {
        for workload in budget.pods(cluster) {
            let quorum = stores::quorum(workload);
            let replicas = workload.replicas();
            let away = (replicas - 1) / 2;
            if let Some(name) = quorum.filter(|_| replicas > 2)
                && budget.allowed(replicas).is_some_and(|allowed| allowed > away)
            {
                report.about(budget.object);
                report.find(
                    budget.amount().span(),
                    format!(
                        "of {replicas} members of {name} only {away} may be away, and `{}` lets {} go",
                        budget.object.name,
                        budget.allowed(replicas).unwrap_or(0),
                    ),
                    format!("write `maxUnavailable: {away}`, or 1"),
                );
            }
        }
    }
}
