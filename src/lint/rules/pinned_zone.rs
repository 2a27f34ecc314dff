//! Replicas that are all in one zone.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "pinned-zone",
    severity: Severity::Warning,
    about: "replicas that are all in one zone",
    docs: "When the zone is lost, all are. Spread them over `topology.kubernetes.io/zone` instead.",
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
      nodeSelector: { topology.kubernetes.io/zone: a }
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
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: topology.kubernetes.io/zone, operator: In, values: [a] }] }] } } }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: topology.kubernetes.io/zone, operator: In, values: [a, b] }] }] } } }
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let of_old = workload.pod.0.key("nodeSelector").key("failure-domain.beta.kubernetes.io/zone");
    let selected = workload.pod.0.key("nodeSelector").key(ZONE);
    let selected = if selected.exists() { selected } else { of_old };
    let terms =
        workload.pod.0.at("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
    let mut one = terms.items().flat_map(|term| term.key("matchExpressions").items()).filter(|it| {
        it.key("key").word() == Some(ZONE)
            && it.key("operator").word() == Some("In")
            && it.key("values").items().len() == 1
    });
    let place = if selected.exists() { Some(selected) } else { one.next().filter(|_| terms.items().len() == 1) };
    if let Some(place) = place {
        report.find(
            place.span(),
            format!("all pods of `{}` are in one zone", workload.object.name),
            "spread them with `topologySpreadConstraints` over `topology.kubernetes.io/zone`",
        );
    }
}

const ZONE: &str = "topology.kubernetes.io/zone";
