//! A spread constraint that counts other pods than its own.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::no_spread;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "spread-misses",
    severity: Severity::Warning,
    about: "a spread constraint that counts other pods than its own",
    docs: "Its selector does not select the pods that have it: it counts others, or none, and spreads nothing. Write \
        the pods' own labels.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }, { maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: wbe } } }]
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
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }, { maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule }]
      containers: [{ name: web, image: web:1 }]
"#,
    ],
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
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
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
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: wbe } } }]
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

const KEYS: &[&str] = &["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    // Where nothing else keeps them apart, that is what is said.
    let spread = no_spread::keeps_apart(workload);
    if workload.scales() && cluster.least(workload) > 1 && !spread {
        return;
    }
    let labels = workload.labels();
    for constraint in workload.pod.0.key("topologySpreadConstraints").items() {
        let selector = constraint.key("labelSelector");
        if !selector.exists() {
            let span = constraint.key("topologyKey").span();
            report.find(span, "the constraint counts no pods", "add `labelSelector` with the pods' own labels");
        } else if !Selector::of(selector).selects(&labels) {
            let what = format!("the constraint does not count the pods of `{}`", workload.object.name);
            report.find(selector.span(), what, "write the pods' own labels");
        }
        let skew = constraint.key("maxSkew");
        let replicas = cluster.least(workload);
        let forced = constraint.key("whenUnsatisfiable").word() == Some("DoNotSchedule");
        if forced && workload.scales() && replicas > 1 && skew.integer().is_some_and(|skew| skew >= replicas) {
            let what = format!("all {replicas} replicas of `{}` may still be in one place", workload.object.name);
            report.find(skew.span(), what, "write `maxSkew: 1`");
        }
    }
    let anti = workload.pod.0.at("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution");
    let mut terms = anti.items().filter(|term| KEYS.contains(&term.key("topologyKey").word().unwrap_or_default()));
    let own = |term: View<'_>| Selector::of(term.key("labelSelector")).selects(&labels);
    let constraints = workload.pod.0.key("topologySpreadConstraints").items().len() > 0;
    // With several some are for pods of others.
    if let (Some(term), true, false) = (terms.next(), terms.next().is_none(), constraints)
        && workload.scales()
        && cluster.least(workload) > 1
        && term.key("labelSelector").exists()
        && !own(term)
    {
        let what =
            format!("it keeps the pods of `{}` from others' nodes, and not from one another", workload.object.name);
        report.find(term.key("labelSelector").span(), what, "write the pods' own labels");
    }
}
