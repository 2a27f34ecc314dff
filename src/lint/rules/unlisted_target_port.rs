//! A Service to a port that no container lists.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::unknown_target_port;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unlisted-target-port",
    severity: Severity::Warning,
    about: "a Service to a port that no container lists",
    docs: "A number that no container lists mostly leads nowhere: what a container listens at should be listed, so \
        that this can be told. One that lists none is not judged.",
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8081 }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
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
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    unknown_target_port::missing(cluster, false, report);
}
