//! Data of one node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    severity: Severity::Warning,
    about: "data of one node",
    docs: "A pod that is started elsewhere does not find what it wrote, and one that writes to a node may take the \
        node with it.",
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
      volumes: [{ name: a, hostPath: { path: /data } }]
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
      volumes: [{ name: a, emptyDir: {} }]
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { volumes: [{ name: a, hostPath: { path: /var/log } }], containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for volume in workload.pod.0.key("volumes").items() {
        // A DaemonSet is there for its node.
        if volume.key("hostPath").exists() && workload.kind() != "DaemonSet" {
            report.find(
                volume.key("hostPath").span(),
                format!("`{}` keeps data on whichever node it is", workload.object.name),
                "use a claim, or an `emptyDir` for what may be lost",
            );
        }
    }
}
