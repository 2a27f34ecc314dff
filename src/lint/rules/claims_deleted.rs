//! A StatefulSet that deletes data when it is scaled or deleted.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "claims-deleted",
    severity: Severity::Warning,
    about: "a StatefulSet that deletes data when it is scaled or deleted",
    docs: "Scaled to 0 for an hour, or deleted to be made anew, it comes back empty.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  persistentVolumeClaimRetentionPolicy: { whenScaled: Delete }
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#],
    good: &[r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  persistentVolumeClaimRetentionPolicy: { whenScaled: Retain }
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for key in ["whenScaled", "whenDeleted"] {
        let policy = workload.spec.key("persistentVolumeClaimRetentionPolicy").key(key);
        if policy.word() == Some("Delete") {
            report.find(
                policy.span(),
                format!("the data of `{}` is deleted with its pods", workload.object.name),
                "write `Retain`",
            );
            report.fix(policy.span(), "Retain");
        }
    }
}
