//! A store whose data goes with its pod.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "store-without-volume",
    severity: Severity::Warning,
    about: "a store whose data goes with its pod",
    docs: "What is kept in the container or in an `emptyDir` is gone when the pod is: at a drain, an update, a full \
        node. Give it a claim, by `volumeClaimTemplates` of a StatefulSet.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: redis:7 }]
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
      volumes: [{ name: data, emptyDir: {} }]
      containers: [{ name: store, image: "etcd:3.5", volumeMounts: [{ name: data, mountPath: /data }] }]
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
      volumes: [{ name: conf, configMap: { name: c } }]
      containers: [{ name: store, image: "etcd:3.5", volumeMounts: [{ name: conf, mountPath: /etc/c }] }]
"#,
    ],
    good: &[
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
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: memcached:1 }]
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
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
      containers: [{ name: web, image: redis:7, volumeMounts: [{ name: data, mountPath: /data }] }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let Some((container, store)) = stores::of(workload).filter(|(_, store)| store.keeps != Keeps::Cache) else {
        return;
    };
    if !workload.runs_on() {
        return;
    }
    let claims: Vec<&str> =
        workload.spec.key("volumeClaimTemplates").items().filter_map(|it| it.at("metadata.name").word()).collect();
    let volumes = workload.pod.0.key("volumes");
    let keeps = |name: &str| {
        let volume = volumes.items().find(|it| it.key("name").word() == Some(name));
        claims.contains(&name)
            || volume.is_some_and(|it| !it.entries().iter().any(|entry| LOSES.contains(&entry.key.as_str())))
    };
    let mounts = container.view.key("volumeMounts").items();
    if !mounts.filter_map(|it| it.key("name").word()).any(keeps) {
        let place = container.view.key("image");
        report.find(
            place.span(),
            format!("the data of {} in `{}` goes with its pod", store.name, workload.object.name),
            "mount a claim where it keeps them: `volumeClaimTemplates` of a StatefulSet",
        );
    }
}

/// Volumes that hold nothing beyond their pod, or nothing that is written.
const LOSES: &[&str] = &["emptyDir", "configMap", "secret", "projected", "downwardAPI"];
