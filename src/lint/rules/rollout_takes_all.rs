//! An update that may take all pods at once.

use super::super::api::{Check, Report, Rule};
use super::super::budget::share;
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "rollout-takes-all",
    severity: Severity::Warning,
    about: "an update that may take all pods at once",
    docs: "Every update is then an outage. `Recreate` does the same by intent: it is for programs of which two must \
        not run together.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 100% } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 3 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { type: Recreate }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
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
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = cluster.least(workload);
    let key = if workload.kind() == "Deployment" { "strategy" } else { "updateStrategy" };
    if !matches!(workload.kind(), "Deployment" | "StatefulSet") || replicas < 2 {
        return;
    }
    // Of members that agree by majority more is said by another rule.
    if workload.kind() == "StatefulSet" && stores::quorum(workload).is_some() && replicas > 2 {
        return;
    }
    let strategy = workload.spec.key(key);
    if strategy.key("type").word() == Some("Recreate") {
        // The server refuses both together.
        if strategy.key("rollingUpdate").exists() {
            return;
        }
        report.find(
            strategy.key("type").span(),
            format!("an update ends all {replicas} pods of `{}` before it starts new ones", workload.object.name),
            "use `RollingUpdate`, unless two versions must never run together",
        );
        return;
    }
    let most = strategy.at("rollingUpdate.maxUnavailable");
    if share(most, replicas).is_some_and(|taken| taken >= replicas) {
        report.find(
            most.span(),
            format!("an update may take all {replicas} pods of `{}` at once", workload.object.name),
            "set `maxUnavailable: 0` with `maxSurge: 1`, or `maxUnavailable: 1`",
        );
    }
}
