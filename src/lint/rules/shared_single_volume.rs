//! Replicas that share a volume which one node alone may mount.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "shared-single-volume",
    severity: Severity::Error,
    about: "replicas that share a volume which one node alone may mount",
    docs: "A claim with `ReadWriteOnce` is mounted on one node: replicas on others wait for it for ever, or all sit \
        on one node. Use `ReadWriteMany`, or a StatefulSet with a claim for each.",
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
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
      containers: [{ name: web, image: web:1, volumeMounts: [{ name: data, mountPath: /data }] }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
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
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
      containers: [{ name: web, image: web:1, volumeMounts: [{ name: data, mountPath: /data }] }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteMany], resources: { requests: { storage: 1Gi } } }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5", volumeMounts: [{ name: data, mountPath: /data }] }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let Some(volume) = cluster.alone(workload) else { return };
    let others = cluster.mounting(&workload.object.namespace, volume.word().unwrap_or_default());
    if let Some(first) = others.first().filter(|first| !std::ptr::eq(**first, workload.object)) {
        report.find(
            volume.span(),
            format!(
                "`{}` mounts a volume that one node alone may mount, and `{}` has it",
                workload.object.name, first.name
            ),
            "use a claim with `ReadWriteMany`, or one for each",
        );
    }
    let many = workload.kind() == "DaemonSet" || workload.scales() && cluster.least(workload) > 1;
    if !many {
        return;
    }
    let count = if workload.scales() { cluster.least(workload).to_string() } else { "all".to_owned() };
    report.find(
        volume.span(),
        format!("{count} replicas of `{}` share a volume that one node alone may mount", workload.object.name),
        "use a claim with `ReadWriteMany`, or a StatefulSet with `volumeClaimTemplates`",
    );
}
