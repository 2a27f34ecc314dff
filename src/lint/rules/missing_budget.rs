//! Replicas without a disruption budget.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
use std::collections::{BTreeMap, HashMap};

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
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let mut missing: BTreeMap<&str, Vec<&Workload<'a>>> = BTreeMap::new();
    for workload in cluster.workloads.iter().filter(|it| it.scales() && cluster.least(it) > 1) {
        if cluster.budgets_of(workload).next().is_none() {
            missing.entry(&workload.object.namespace).or_default().push(workload);
        }
    }
    // A budget that selects nothing was meant for one of them, and has a finding of its own.
    let mut astray: HashMap<&str, Vec<&str>> = HashMap::new();
    for budget in cluster.budgets().filter(|budget| budget.is_astray(cluster)) {
        astray.entry(&budget.object.namespace).or_default().push(&budget.object.name);
    }
    for (namespace, workloads) in missing {
        let meant = astray.get(namespace).map_or(&[][..], Vec::as_slice);
        if workloads.len() <= meant.len() {
            continue;
        }
        for workload in workloads.into_iter().filter(|it| !meant.contains(&it.object.name.as_str())) {
            let name = &workload.object.name;
            report.about(workload.object);
            report.find(
                workload.object.name_span(),
                format!("no PodDisruptionBudget selects the pods of `{name}`: a drain may end them all at once"),
                "add one with `maxUnavailable: 1` and the labels of the pods as its selector",
            );
        }
    }
}
