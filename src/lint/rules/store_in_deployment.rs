//! A store with a volume in a Deployment that starts the new pod before the old is gone.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "store-in-deployment",
    severity: Severity::Warning,
    about: "a store with a volume in a Deployment that starts the new pod before the old is gone",
    docs: "Two pods then write one volume, or the new one waits for a volume that the old one holds. Use a \
        StatefulSet, or `strategy: { type: Recreate }`. Members that agree by majority have names and volumes of \
        their own, which a Deployment does not give.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
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
  replicas: 1
  strategy: { type: Recreate }
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
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
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
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if let Some(name) = stores::quorum(workload)
        && workload.kind() == "Deployment"
        && name != "Redis Sentinel"
    {
        let span = workload.object.kind_span();
        let what = format!("members of {name} in `{}` have no names of their own", workload.object.name);
        return report.find(span, what, "make a StatefulSet of it, with a headless Service");
    }
    if workload.kind() != "Deployment"
        || workload.replicas() != 1
        || workload.spec.at("strategy.type").word() == Some("Recreate")
    {
        return;
    }
    if workload.spec.at("strategy.rollingUpdate.maxSurge").word().is_some_and(|surge| matches!(surge, "0" | "0%")) {
        return;
    }
    if let Some(volume) = cluster.alone(workload) {
        report.find(
            volume.span(),
            format!(
                "at an update of `{}` the new pod waits for a volume that the old one holds",
                workload.object.name,
            ),
            "use a StatefulSet, or `strategy: { type: Recreate }`",
        );
    }
}
