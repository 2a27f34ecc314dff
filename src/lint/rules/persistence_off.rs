//! A store with a volume that it does not write to.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use super::no_persistence::forgets;
use crate::diagnostic::Severity;
use crate::manifest::{Document, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "persistence-off",
    severity: Severity::Warning,
    about: "a store with a volume that it does not write to",
    docs: "Redis that is told to save nothing (`--save \"\"` and no `--appendonly yes`) forgets all when it \
        restarts, whatever it has mounted.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 1
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "redis:7", args: ["--save", "", "--appendonly", "no"], volumeMounts: [{ name: data, mountPath: /data }] }]
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 1
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "redis:7", command: [sh, -c, "exec redis-server --save ''"], volumeMounts: [{ name: data, mountPath: /data }] }]
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 1
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "redis:7", args: ["--save", "", "--appendonly", "yes"], volumeMounts: [{ name: data, mountPath: /data }] }]
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 1
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "redis:7", args: ["--save", ""] }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let Some((container, store)) = stores::of(workload) else { return };
    let claims = workload.spec.key("volumeClaimTemplates").items().len() > 0;
    let claims = claims || workload.pod.0.key("volumes").items().any(|it| it.key("persistentVolumeClaim").exists());
    if !claims || !matches!(store.name, "redis" | "valkey" | "keydb") {
        return;
    }
    let words: Vec<View<'_>> =
        ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items()).collect();
    let text = |at: usize| words.get(at).and_then(|it| it.word()).unwrap_or("-");
    let flag = |name: &str, value: &str| (0..words.len()).find(|at| text(*at) == name && text(at + 1) == value);
    let flags = flag("--save", "").filter(|_| flag("--appendonly", "yes").is_none()).map(|at| words[at].span());
    let of_script = || match container.started()? {
        Document::Redis(config) => forgets(&config),
        _ => None,
    };
    if let Some(span) = flags.or_else(of_script) {
        let what = format!("{} in `{}` is told to save nothing", store.name, workload.object.name);
        report.find(span, what, "add `--appendonly yes`, or remove the volume");
    }
}
