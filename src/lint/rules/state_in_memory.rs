//! Replicas that each keep their own state in memory.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "state-in-memory",
    severity: Severity::Error,
    about: "replicas that each keep their own state in memory",
    docs: "Several replicas with a store in memory answer differently, and each forgets all when it restarts. Give \
        them one store, or run one replica.",
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
      containers: [{ name: web, image: web:1, env: [{ name: SHOP_STORE, value: inmem }] }]
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
      containers: [{ name: web, image: web:1, args: ["--store=memory"] }]
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
      containers: [{ name: web, image: web:1, env: [{ name: SHOP_STORE, value: inmem }] }]
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
      containers: [{ name: web, image: web:1, env: [{ name: SHOP_STORE, value: redis }] }]
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.scales() && cluster.least(workload) > 1 {
        workload.pod.containers().for_each(|container| judge(container, workload, cluster, report));
    }
}

fn judge(container: Container<'_>, workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let variables = container.view.key("env").items().filter(|it| {
        let name = it.key("name").word().unwrap_or_default().to_ascii_uppercase();
        NAMES.iter().any(|ending| name.ends_with(ending))
    });
    let of_variables = variables.map(|it| it.key("value")).filter(|value| value.word().is_some_and(in_memory));
    let of_words = ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items());
    let of_words = of_words.filter(|it| {
        let (flag, value) = it.word().and_then(|word| word.split_once('=')).unwrap_or_default();
        let flag = flag.to_ascii_uppercase().replace('-', "_");
        flag.starts_with("__") && NAMES.iter().any(|ending| flag.ends_with(ending)) && in_memory(value)
    });
    if let Some(place) = of_variables.chain(of_words).next() {
        report.find(
            place.span(),
            format!(
                "each of the {} replicas of `{}` keeps its own state in memory",
                cluster.least(workload),
                workload.object.name,
            ),
            "name a store that all share, or run one replica",
        );
    }
}

/// How settings that choose a store end.
const NAMES: &[&str] = &["STORE", "STORAGE", "BACKEND", "DATABASE", "STORE_TYPE", "STORAGE_TYPE", "DATASTORE"];

fn in_memory(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "inmem" | "memory" | "in-memory" | "inmemory" | "mem")
}
