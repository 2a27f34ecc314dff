//! A mount of a volume that the pod does not have.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::did_you_mean;
use crate::diagnostic::quoted;
use crate::manifest::{Container, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "mount-without-volume",
    severity: Severity::Error,
    about: "a mount of a volume that the pod does not have",
    docs: "The server refuses the object.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: data, mountPath: /data }] }] }
"#],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: data, mountPath: /data }] }], volumes: [{ name: data, emptyDir: {} }] }
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
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let volumes = workload.pod.0.key("volumes").items().map(|it| it.key("name"));
    let claims = workload.spec.key("volumeClaimTemplates").items().map(|it| it.at("metadata.name"));
    let names: Vec<&str> = volumes.chain(claims).filter_map(View::word).collect();
    for list in ["volumeMounts", "volumeDevices"] {
        for name in container.view.key(list).items().map(|it| it.key("name")) {
            if let Some(word) = name.word().filter(|word| !names.contains(word)) {
                let near = did_you_mean(word, names.iter().copied());
                let help = near.map_or("add it to `volumes`".to_owned(), |near| format!("did you mean `{near}`?"));
                report.find(name.span(), format!("the pod has no volume {}", quoted(word)), help);
            }
        }
    }
}
