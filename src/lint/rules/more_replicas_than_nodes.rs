//! Replicas that must be apart, and more of them than there are nodes.

use super::super::api::{Check, Report, Rule};
use super::super::budget::share;
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "more-replicas-than-nodes",
    severity: Severity::Error,
    about: "replicas that must be apart, and more of them than there are nodes",
    docs: "Those that are too many wait for ever, those that an autoscaler adds too; where an update may take none \
        away, it never ends either: its new pod needs one node more. A spread constraint that asks for more places \
        than there are (`minDomains`) takes `maxSkew` pods in each of them and no more. Judged where `--nodes` or \
        `--zones` says how many there are.",
    on: true,
    bad: &[
        r#"# a8ctl validate --nodes 2
apiVersion: apps/v1
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
        r#"# a8ctl validate --nodes 3
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[
        r#"# a8ctl validate --nodes 4
apiVersion: apps/v1
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
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
        r#"# a8ctl validate --nodes 2
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if !workload.scales() {
        return;
    }
    domains(workload, cluster, report);
    let replicas = cluster.least(workload);
    let most = cluster.autoscaler(workload).and_then(|it| it.view().at("spec.maxReplicas").integer()).unwrap_or(0);
    let rolling = workload.spec.at("strategy.rollingUpdate");
    let takes = share(rolling.key("maxUnavailable"), replicas).unwrap_or(replicas / 4);
    let surge =
        workload.kind() == "Deployment" && workload.spec.at("strategy.type").word() != Some("Recreate") && takes == 0;
    for (place, key, one_each) in apart(workload) {
        let Some((count, what)) = places(key, cluster).filter(|_| one_each) else { continue };
        if replicas > count {
            report.find(
                place.span(),
                format!(
                    "{replicas} replicas of `{}` must be on different {what}, and there are {count}",
                    workload.object.name,
                ),
                "prefer it instead of requiring it, or run fewer",
            );
        } else if most > count {
            report.find(
                place.span(),
                format!(
                    "an autoscaler may want {most} replicas of `{}` on different {what}, and there are {count}",
                    workload.object.name,
                ),
                "prefer it instead of requiring it, or lower `maxReplicas`",
            );
        } else if surge && replicas == count {
            report.find(
                place.span(),
                format!(
                    "an update of `{}` needs one of the {what} more than the {count} that there are",
                    workload.object.name,
                ),
                "let it take one away: `maxUnavailable: 1`",
            );
        }
    }
}

const NODE: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// Where pods are kept apart by force: the place, the key, and whether there may be only one for each value of it.
fn apart<'a>(workload: &Workload<'a>) -> Vec<(View<'a>, &'a str, bool)> {
    let labels = workload.labels();
    let required = workload.pod.0.at("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution").items();
    let own = |term: &View<'a>| Selector::of(term.key("labelSelector")).selects(&labels);
    let terms =
        required.filter(own).filter_map(|term| Some((term.key("topologyKey"), term.key("topologyKey").word()?, true)));
    terms.collect()
}

/// How many places of a kind there are, and their name.
fn places(key: &str, cluster: &Cluster<'_>) -> Option<(i64, &'static str)> {
    match key {
        NODE => cluster.facts.nodes.map(|count| (i64::from(count), "nodes")),
        ZONE => cluster.facts.zones.map(|count| (i64::from(count), "zones")),
        _ => None,
    }
}

/// Constraints that ask for more places than there are.
fn domains(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = cluster.least(workload);
    for constraint in workload.pod.0.key("topologySpreadConstraints").items() {
        let key = constraint.key("topologyKey");
        let wanted = constraint.key("minDomains").integer().unwrap_or(1);
        let skew = constraint.key("maxSkew").integer().unwrap_or(1).max(1);
        let Some((count, what)) = places(key.word().unwrap_or_default(), cluster) else { continue };
        let forced = constraint.key("whenUnsatisfiable").word() == Some("DoNotSchedule");
        if forced && wanted > count && replicas > skew * count {
            let name = &workload.object.name;
            report.find(
                constraint.key("minDomains").span(),
                format!("`{name}` wants {wanted} {what}: of its {replicas} replicas {} find a place", skew * count),
                format!("set `minDomains` to {count} or less, or remove it"),
            );
        }
    }
}
