//! A container that asks for no CPU or memory.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "no-requests",
    severity: Severity::Warning,
    about: "a container that asks for no CPU or memory",
    docs: "The scheduler then puts it where there is no room, and it is the first to be evicted. A limit of memory \
        keeps one leak from being everybody's; a limit of CPU is not asked for: it slows what could be fast.",
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
      containers: [{ name: web, image: web:1, resources: { requests: { cpu: 100m } } }]
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
      containers: [{ name: web, image: web:1, resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } } }]
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
      containers: [{ name: web, image: web:1, resources: { limits: { cpu: 1, memory: 64Mi } } }]
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let resources = container.view.key("resources");
    // A limit without a request is the request too.
    let asks = |what: &str| resources.key("requests").key(what).exists() || resources.key("limits").key(what).exists();
    let whole = workload.pod.0.at("resources.requests");
    let missing: Vec<&str> =
        ["cpu", "memory"].into_iter().filter(|what| !asks(what) && !whole.key(what).exists()).collect();
    if container.view.exists() && !missing.is_empty() {
        report.find(
            container.view.key("name").span(),
            format!("`{}` asks for no {}", container.name(), missing.join(" and no ")),
            "add `resources.requests` with what it needs on an ordinary day",
        );
    }
}
