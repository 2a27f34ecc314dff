//! Two workloads that select the same pods.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Selector;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

pub(super) const RULE: Rule = Rule {
    id: "overlapping-selectors",
    severity: Severity::Warning,
    about: "two workloads that select the same pods",
    docs: "Each counts the other's pods as its own: Services, budgets and autoscalers take them for one, and a \
        StatefulSet or ReplicationController may adopt them. Give each a label of its own.",
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: other }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: other }
spec:
  replicas: 3
  selector: { matchLabels: { app: other } }
  template:
    metadata: { labels: { app: other } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let mut seen: HashMap<_, &str> = HashMap::new();
    for workload in cluster.workloads.iter().filter(|it| it.scales() || it.kind() == "DaemonSet") {
        let view = workload.spec.key("selector");
        let selector =
            if workload.kind() == "ReplicationController" { Selector::plain(view) } else { Selector::of(view) };
        if selector.is_empty() || !selector.expressions.is_empty() {
            continue;
        }
        let mut labels = selector.equal;
        labels.sort_unstable();
        let object = workload.object;
        match seen.entry((object.namespace.as_str(), labels)) {
            Entry::Vacant(entry) => {
                entry.insert(&object.name);
            }
            // The same object twice has a finding of its own.
            Entry::Occupied(entry) if *entry.get() != object.name => {
                report.about(object);
                let what = format!("`{}` selects the pods of `{}` too", object.name, entry.get());
                report.find(workload.spec.key_span("selector"), what, "give each a label of its own");
            }
            Entry::Occupied(_) => {}
        }
    }
}
