//! Several servers of a store that know nothing of one another behind one Service.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "unrelated-primaries",
    severity: Severity::Error,
    about: "several servers of a store that know nothing of one another behind one Service",
    docs: "Each replica keeps what it happened to be told: clients read now one state and now another. Let replicas \
        follow a primary (`replicaof`, Sentinel, a cluster, an operator), or run one.",
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
      containers: [{ name: web, image: redis:7 }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
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
      containers: [{ name: store, image: "postgres:16" }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: store }, ports: [{ port: 80 }] }
"#,
    ],
    good: &[
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
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
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
      containers: [{ name: store, image: "redis:7", command: [redis-server, --replicaof, store-0, "6379"] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: store }, ports: [{ port: 80 }] }
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
      containers: [{ name: store, image: "redis:7", command: [sh, /scripts/start.sh] }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let Some((container, store)) = stores::of(workload) else { return };
    if store.keeps != Keeps::Primary
        || !workload.scales()
        || cluster.least(workload) < 2
        || !cluster.is_served(workload)
    {
        return;
    }
    // A command or settings of its own may well relate them.
    let words = stores::words(container);
    let started = words.iter().any(|word| !word.starts_with('-') && !word.contains(store.name));
    let told = container.view.key("env").items().chain(container.view.key("envFrom").items());
    let told = told
        .filter_map(|it| it.key("name").word())
        .any(|name| RELATES.iter().any(|it| name.to_ascii_uppercase().contains(it)));
    let settled = words.iter().any(|word| RELATES.iter().any(|it| word.to_ascii_uppercase().contains(it)));
    let helped = workload
        .pod
        .all()
        .flat_map(|it| stores::words(it))
        .any(|word| RELATES.iter().any(|it| word.to_ascii_uppercase().contains(it)));
    let image = container.image().to_ascii_uppercase();
    let made = ["FOLLOWER", "REPLICA", "SLAVE", "SECONDARY", "GALERA", "REPMGR", "PATRONI", "SPILO"]
        .iter()
        .any(|it| image.contains(it));
    if !(started || told || settled || helped || made) {
        report.find(
            workload.replicas_span(),
            format!(
                "{} servers of {} in `{}` know nothing of one another",
                cluster.least(workload),
                store.name,
                workload.object.name,
            ),
            "let replicas follow a primary, or run one",
        );
    }
}

/// Parts of settings that make servers follow one another.
const RELATES: &[&str] = &[
    "REPLICA",
    "SLAVE",
    "MASTER",
    "PRIMARY",
    "CLUSTER",
    "SENTINEL",
    "STANDBY",
    "PATRONI",
    "GALERA",
    "WSREP",
    "GROUP_REPLICATION",
    "REPMGR",
    "STOLON",
    "ORCHESTRATOR",
];
