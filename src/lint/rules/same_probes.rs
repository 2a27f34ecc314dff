//! A liveness probe that asks the same as the readiness probe.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Probe;
use crate::manifest::{Container, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "same-probes",
    severity: Severity::Warning,
    about: "a liveness probe that asks the same as the readiness probe",
    docs: "What makes a pod wait for its turn then makes it restart: when a datastore is away, every replica \
        restarts, and is away when it is back. Ask the program alone for liveness, or give it much more patience.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } }, livenessProbe: { httpGet: { path: /ready, port: 80 } } }]
"#],
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } }, livenessProbe: { httpGet: { path: /live, port: 80 } } }]
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
      containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } }, livenessProbe: { httpGet: { path: /ready, port: 80 }, failureThreshold: 30 } }]
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let (Some(ready), Some(alive)) = (container.probe("readiness"), container.probe("liveness")) else { return };
    let asks = |probe: Probe<'_>, how: &str| {
        let view = probe.0.key(how);
        view.entries()
            .iter()
            .map(|it| {
                let value = View::of(&it.node);
                let words: Vec<Option<String>> =
                    std::iter::once(value).chain(value.items()).map(|it| it.word().map(str::to_owned)).collect();
                (it.key.clone(), words)
            })
            .collect::<Vec<_>>()
    };
    let same =
        |how: &&str| alive.0.key(how).exists() && ready.0.key(how).exists() && asks(alive, how) == asks(ready, how);
    // A connection alone depends on nothing.
    if ["httpGet", "grpc", "exec"].iter().any(same) && alive.patience() <= ready.patience() {
        report.find(
            alive.0.span(),
            format!("`{}` is restarted for whatever makes it not ready", container.name()),
            "ask the program alone for liveness, or raise its `failureThreshold`",
        );
    }
}
