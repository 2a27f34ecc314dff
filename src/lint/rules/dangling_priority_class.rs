//! A priority that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "dangling-priority-class",
    severity: Severity::Info,
    about: "a priority that is not among the manifests",
    docs: "Without it the server refuses the pods, not the workload: nothing starts. Those that every cluster has \
        are known.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { priorityClassName: system-cluster-critica, containers: [{ name: web, image: \"web:1\" }] }\n",
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      priorityClassName: high
      containers: [{ name: web, image: web:1 }]
"#,
    ],
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
      priorityClassName: high
      containers: [{ name: web, image: web:1 }]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 100
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
      priorityClassName: system-cluster-critical
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let name = workload.pod.0.key("priorityClassName");
    // The server has two of its own, and keeps their beginning for them.
    let own = |word: &str| matches!(word, "system-cluster-critical" | "system-node-critical");
    if let Some(word) = name.word().filter(|word| !word.is_empty() && !own(word))
        && cluster.find("PriorityClass", "default", word).is_none()
        && !cluster.is_external("PriorityClass", word)
    {
        let what = format!("there is no PriorityClass {} among these manifests", quoted(word));
        report.find(name.span(), what, "add it, or say that somebody else makes it: `--external PriorityClass/NAME`");
    }
}
