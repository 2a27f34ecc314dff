//! An update that may neither add nor take a pod.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "rollout-stuck",
    severity: Severity::Error,
    about: "an update that may neither add nor take a pod",
    docs: "With `maxSurge` and `maxUnavailable` both 0 nothing can be replaced, and the server refuses it. A share \
        of few replicas may round to 0: `maxUnavailable` is rounded down.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }
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
  strategy: { rollingUpdate: { maxSurge: 0%, maxUnavailable: 0 } }
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
  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let (rolling, surge, taken) = match workload.kind() {
        "Deployment" => (workload.spec.at("strategy.rollingUpdate"), "25%", "25%"),
        "DaemonSet" => (workload.spec.at("updateStrategy.rollingUpdate"), "0", "1"),
        _ => return,
    };
    let amount = |key: &str, default| rolling.key(key).word().unwrap_or(default).trim_end_matches('%').parse::<i64>();
    if rolling.exists() && amount("maxSurge", surge) == Ok(0) && amount("maxUnavailable", taken) == Ok(0) {
        let key = if rolling.key("maxSurge").exists() { "maxSurge" } else { "maxUnavailable" };
        report.find(
            rolling.key_span(key),
            "with `maxSurge` and `maxUnavailable` both 0 no pod can be replaced",
            "set `maxSurge: 1`, or `maxUnavailable: 1` where there is no room for one more",
        );
    }
}
