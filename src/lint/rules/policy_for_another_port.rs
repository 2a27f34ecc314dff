//! A network policy that opens a port that its pods do not have.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Selector, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "policy-for-another-port",
    severity: Severity::Warning,
    about: "a network policy that opens a port that its pods do not have",
    docs: "What they do listen at stays closed: their clients, and mostly their probes' answers to balancers, time \
        out.",
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8081 }] }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: htpp }] }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8080 }, { port: http }] }] }
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8081 }] }] }
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
      containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8000, endPort: 9000 }] }] }
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for policy in cluster.selecting("NetworkPolicy") {
        let spec = policy.view().key("spec");
        let selector = Selector::of(spec.key("podSelector"));
        // What is for all pods of a namespace is for ports of each.
        if selector.is_empty() || policy.group() != "networking.k8s.io" {
            continue;
        }
        let pods = cluster.selected(&policy.namespace, &selector);
        let ports: Vec<View<'_>> = spec.key("ingress").items().flat_map(|way| way.key("ports").items()).collect();
        if pods.is_empty() || pods.len() > 64 || ports.len() > 256 {
            continue;
        }
        let lists = |workload: &&Workload<'a>| {
            workload.pod.containers().any(|container| container.view.key("ports").items().len() > 0)
        };
        // A container need not list its ports.
        if !pods.iter().all(lists) {
            continue;
        }
        for port in ports {
            let wanted = port.key("port");
            let last = port.key("endPort").integer().or(wanted.integer());
            let range = wanted.integer().zip(last);
            let fits = |listed: View<'_>| match range {
                Some((first, last)) => {
                    listed.key("containerPort").integer().is_some_and(|number| (first..=last).contains(&number))
                }
                None => listed.key("name").word() == wanted.word(),
            };
            let mut listed =
                pods.iter().flat_map(|it| it.pod.all()).flat_map(|container| container.view.key("ports").items());
            if wanted.exists() && !listed.any(fits) {
                report.about(policy);
                let word = quoted(wanted.word().unwrap_or_default());
                let what = format!("no container that `{}` selects has the port {word}", policy.name);
                report.find(wanted.span(), what, "name a port of `spec.containers[].ports`");
            }
        }
    }
}
