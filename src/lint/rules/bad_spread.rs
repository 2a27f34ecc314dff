//! A spread constraint that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
use std::collections::HashSet;
pub(super) const RULE: Rule = Rule {
    id: "bad-spread",
    severity: Severity::Error,
    about: "a spread constraint that the server does not take",
    docs: "A constraint has a skew of 1 or more, and each key stands once for each way to be unsatisfied. \
        `minDomains` goes with `DoNotSchedule`.",
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
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }]
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
      topologySpreadConstraints: [{ maxSkew: 1, minDomains: 3, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }]
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
      topologySpreadConstraints: [{ maxSkew: 1, minDomains: 3, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }]
      containers: [{ name: web, image: web:1 }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for it in workload.pod.0.key("topologySpreadConstraints").items() {
        let (skew, domains) = (it.key("maxSkew"), it.key("minDomains"));
        let unsatisfied = it.key("whenUnsatisfiable").word().unwrap_or_default();
        if skew.integer().is_some_and(|number| number < 1) {
            report.find(skew.span(), "`maxSkew` is 1 or more", "write 1");
        }
        if domains.exists() && unsatisfied == "ScheduleAnyway" {
            report.find(
                domains.span(),
                "`minDomains` goes with `whenUnsatisfiable: DoNotSchedule`",
                "remove it, or set that",
            );
        }
        if domains.integer().is_some_and(|number| number < 1) {
            report.find(domains.span(), "`minDomains` is 1 or more", "write 1 or more, or remove it");
        }
        let selected = it.at("labelSelector.matchLabels");
        for label in it.key("matchLabelKeys").items() {
            if label.word().is_some_and(|word| selected.key(word).exists()) {
                report.find(label.span(), "the label stands in `labelSelector` too", "keep one");
            }
        }
        let key = it.key("topologyKey");
        if !seen.insert((key.word(), unsatisfied)) {
            report.find(key.span(), "the same key stands in two constraints", "keep one");
        }
    }
}
