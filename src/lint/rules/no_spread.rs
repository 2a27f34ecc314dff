//! Replicas that may all be on one node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::unknown_topology_key;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, View, Workload};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: "no-spread",
    severity: Severity::Warning,
    about: "replicas that may all be on one node",
    docs: "Nothing keeps the scheduler from putting them together, and then a node is an outage. A topology spread \
        constraint over `kubernetes.io/hostname` with the pods' own labels keeps them apart; anti-affinity does too.",
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
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }]
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
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

/// A node's name as a label; a zone's is coarser and keeps apart as well.
const KEYS: &[&str] = &["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if !workload.scales() || cluster.least(workload) < 2 {
        return;
    }
    if keeps_apart(workload) {
        return;
    }
    let what =
        format!("nothing keeps the {} replicas of `{}` from one node", cluster.least(workload), workload.object.name);
    // What is there may be meant to, and count the pods of others.
    let pod = workload.pod.0;
    let named = |it: View<'_>| it.key("topologyKey").word().is_some_and(|key| KEYS.contains(&key));
    let others = terms(pod).chain(pod.key("topologySpreadConstraints").items()).any(named);
    let help = if others {
        "write the pods' own labels into its `labelSelector`: those that are there select other pods"
    } else {
        "add `topologySpreadConstraints` over `kubernetes.io/hostname` with the pods' labels"
    };
    report.find(workload.object.name_span(), what, help);
}

/// Whether something keeps the replicas of a workload apart.
pub(super) fn keeps_apart(workload: &Workload<'_>) -> bool {
    let labels = workload.labels();
    let pod = workload.pod.0;
    let apart = |key: View<'_>, selector: View<'_>| {
        // One that is none has a finding of its own.
        key.word().is_some_and(|key| KEYS.contains(&key) || !is_label(key, &labels))
            && Selector::of(selector).selects(&labels)
    };
    let spread =
        pod.key("topologySpreadConstraints").items().any(|it| apart(it.key("topologyKey"), it.key("labelSelector")));
    spread || terms(pod).any(|it| apart(it.key("topologyKey"), it.key("labelSelector")))
}

/// What a pod keeps away from, whether it must or would.
fn terms(pod: View<'_>) -> impl Iterator<Item = View<'_>> {
    let anti = pod.at("affinity.podAntiAffinity");
    let required = anti.key("requiredDuringSchedulingIgnoredDuringExecution").items();
    let preferred = anti.key("preferredDuringSchedulingIgnoredDuringExecution").items();
    required.chain(preferred.map(|it| it.key("podAffinityTerm")))
}

/// Whether a key may be a label of nodes; one that is not has a finding of its own.
fn is_label(key: &str, labels: &BTreeMap<&str, &str>) -> bool {
    !key.is_empty() && !labels.contains_key(key) && unknown_topology_key::near(key).is_none()
}
