//! Replicas that want to be on one node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, Workload};

pub(super) const RULE: Rule = Rule {
    id: "packed-together",
    severity: Severity::Warning,
    about: "replicas that want to be on one node",
    docs: "Affinity of pods to their own kind by the name of the node puts all replicas together, and then a node is \
        an outage.",
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
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
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
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: cache } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if !workload.scales() || cluster.least(workload) < 2 {
        return;
    }
    let labels = workload.labels();
    let affinity = workload.pod.0.at("affinity.podAffinity");
    let required = affinity.key("requiredDuringSchedulingIgnoredDuringExecution").items();
    let preferred = affinity.key("preferredDuringSchedulingIgnoredDuringExecution").items();
    for term in required.chain(preferred.map(|it| it.key("podAffinityTerm"))) {
        let key = term.key("topologyKey");
        let one = matches!(key.word(), Some("kubernetes.io/hostname" | "topology.kubernetes.io/zone"));
        let own = term.key("labelSelector").exists() && Selector::of(term.key("labelSelector")).selects(&labels);
        if one && own {
            let what = format!("the replicas of `{}` are put together", workload.object.name);
            report.find(key.span(), what, "write `podAntiAffinity`");
        }
    }
}
