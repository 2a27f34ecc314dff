//! Members that are told of more or fewer than there are.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "members-do-not-match",
    severity: Severity::Error,
    about: "members that are told of more or fewer than there are",
    docs: "The list that a member is started with is how it counts a majority: with one too many it counts one that \
        never comes, with one too few there are two clusters.",
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
      containers: [{ name: store, image: "etcd:3.5", args: ["--initial-cluster=a=http://a:2380,b=http://b:2380"] }]
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
      containers: [{ name: store, image: "etcd:3.5", env: [{ name: ETCD_INITIAL_CLUSTER, value: "a=http://a:2380" }] }]
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
      containers: [{ name: store, image: "etcd:3.5", args: [start-zookeeper, --servers=5] }]
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
      containers: [{ name: store, image: "etcd:3.5", args: ["--initial-cluster=a=http://a:2380,b=http://b:2380,c=http://c:2380"] }]
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
      containers: [{ name: store, image: "etcd:3.5", args: ["--initial-cluster=$(MEMBERS)"] }]
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
      containers: [{ name: store, image: "etcd:3.5", args: [start-zookeeper, --servers=3] }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = workload.replicas();
    // An even number, or one, is a flaw of its own.
    if workload.kind() != "StatefulSet" || replicas < 3 || replicas % 2 == 0 {
        return;
    }
    for container in workload.pod.containers() {
        let words = ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items());
        for place in words.collect::<Vec<_>>() {
            let text = place.word().unwrap_or_default();
            let told = after(text, "--initial-cluster=").and_then(listed);
            let told = told.or_else(|| after(text, "--servers=")?.parse().ok());
            let told = told.or_else(|| after(text, "-bootstrap-expect=")?.parse().ok());
            judge(told, place, workload, report);
        }
        for variable in container.view.key("env").items() {
            let value = variable.key("value");
            let text = value.word().unwrap_or_default();
            let told = match variable.key("name").word() {
                Some("ETCD_INITIAL_CLUSTER") => listed(text),
                Some("ZOO_SERVERS") => i64::try_from(text.split_whitespace().count()).ok().filter(|it| *it > 0),
                _ => None,
            };
            judge(told, value, workload, report);
        }
    }
}

/// The word behind a flag.
fn after<'t>(text: &'t str, flag: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(flag)?;
    rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\')).next()
}

/// How many members a list names; `None` where somebody fills it in.
fn listed(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && !text.contains(['$', '{', '`']);
    plain.then(|| i64::try_from(text.split(',').filter(|it| it.contains('=')).count()).ok())?
}

fn judge(told: Option<i64>, place: View<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let replicas = workload.replicas();
    if let Some(count) = told.filter(|count| *count != replicas) {
        let what = format!("members of `{}` are told of {count}, and there are {replicas}", workload.object.name);
        report.find(place.span(), what, format!("list {replicas}, or run {count} replicas"));
    }
}
