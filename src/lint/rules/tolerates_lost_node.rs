//! Pods that stay on a node that is gone.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "tolerates-lost-node",
    severity: Severity::Warning,
    about: "pods that stay on a node that is gone",
    docs: "A pod is put elsewhere when its node has not answered for five minutes, unless it tolerates that for longer, or \
        for ever. That is for what belongs to the node: DaemonSets, and members that keep their data there.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { tolerations: [{ operator: Exists }], containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { tolerations: [{ key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute }], containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { tolerations: [{ key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 86400 }], containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      tolerations:
      - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30 }
      - { key: dedicated, operator: Exists }
      - { operator: Exists, effect: NoSchedule }
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { tolerations: [{ operator: Exists }], containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    check: Check::Workload(check),
};

const LOST: &[&str] = &["node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"];
/// Longer than twice what is the default, 300 s, is no longer a matter of taste.
const LONG: i64 = 600;

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    if !matches!(workload.kind(), "Deployment" | "ReplicaSet" | "ReplicationController") {
        return;
    }
    for it in workload.pod.0.key("tolerations").items() {
        let key = it.key("key").word();
        let effect = it.key("effect").word().unwrap_or_default();
        let concerns =
            key.is_none_or(|key| key.is_empty() || LOST.contains(&key)) && matches!(effect, "" | "NoExecute");
        let exists = it.key("operator").word() == Some("Exists");
        let seconds = it.key("tolerationSeconds");
        if !concerns || !exists {
            continue;
        }
        match seconds.integer() {
            Some(number) if number > LONG => {
                let what = format!("pods of `{}` wait for a lost node for {number} s", workload.object.name);
                report.find(seconds.span(), what, "write 30 to 300");
            }
            None if !seconds.exists() => {
                let what = format!("pods of `{}` stay on a lost node for ever", workload.object.name);
                report.find(it.span(), what, "add `tolerationSeconds: 30` with `effect: NoExecute`, or remove it");
            }
            _ => {}
        }
    }
}
