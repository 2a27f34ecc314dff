//! Members that always begin a cluster anew.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bootstrap-state-new",
    severity: Severity::Warning,
    about: "members that always begin a cluster anew",
    docs: "With `--initial-cluster-state=new` a member that lost its data begins a cluster of its own beside the \
        others. Use `existing` once the cluster stands, and replace a member by its steps.",
    on: true,
    bad: &[
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
      containers: [{ name: store, image: "etcd:3.5", args: ["--initial-cluster-state=new"] }]
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
      containers: [{ name: store, image: "etcd:3.5", env: [{ name: ETCD_INITIAL_CLUSTER_STATE, value: new }] }]
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
      containers: [{ name: store, image: "etcd:3.5", volumeMounts: [{ name: data, mountPath: /data }], args: ["--initial-cluster-state=new"] }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
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
      containers: [{ name: store, image: "etcd:3.5", args: ["--initial-cluster-state=existing"] }]
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let kept = workload.spec.key("volumeClaimTemplates").items().len() > 0;
    let flag = container.view.key("args").items().chain(container.view.key("command").items());
    let flag =
        flag.filter(|it| it.word().is_some_and(|word| word.replace(' ', "=").contains("--initial-cluster-state=new")));
    let variables =
        container.view.key("env").items().filter(|it| it.key("name").word() == Some("ETCD_INITIAL_CLUSTER_STATE"));
    let variables = variables.map(|it| it.key("value")).filter(|value| value.word() == Some("new"));
    if let Some(place) = flag.chain(variables).next().filter(|_| !kept) {
        report.find(
            place.span(),
            "a member without data begins a cluster of its own",
            "give it a volume that stays, and use `existing` once the cluster stands",
        );
    }
}
