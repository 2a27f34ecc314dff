//! Members of a store that may not reach one another.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::{policies, stores};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "policy-shuts-members",
    severity: Severity::Error,
    about: "members of a store that may not reach one another",
    docs: "A policy that selects the members closes all ports that it does not name, those by which they agree too: they \
        never find a majority.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec: { replicas: 3, selector: { matchLabels: { app: zk } }, template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9 }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: zk }
spec:
  podSelector: { matchLabels: { app: zk } }
  ingress:
  - from: [{ podSelector: { matchLabels: { app: zk } } }]
    ports: [{ port: 2181 }, { port: 2888 }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd }
spec: { replicas: 3, selector: { matchLabels: { app: etcd } }, template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5 }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: etcd }
spec:
  podSelector: { matchLabels: { app: etcd } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }]
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec: { replicas: 3, selector: { matchLabels: { app: zk } }, template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9, ports: [{ name: election, containerPort: 3888 }] }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: zk }
spec:
  podSelector: { matchLabels: { app: zk } }
  ingress:
  - { from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 2181 }] }
  - { from: [{ podSelector: {} }], ports: [{ port: 2888 }, { port: election }] }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd }
spec: { replicas: 1, selector: { matchLabels: { app: etcd } }, template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5 }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: etcd }
spec: { podSelector: { matchLabels: { app: etcd } }, ingress: [{ ports: [{ port: 2379 }] }] }
"#,
    ],
    check: Check::Cluster(check),
};

/// Ports by which members agree.
const PORTS: &[(&str, &[i64])] = &[
    ("etcd", &[2380]),
    ("zookeeper", &[2888, 3888]),
    ("consul", &[8300, 8301]),
    ("rabbitmq", &[4369, 25672]),
    ("mongo", &[27017]),
    ("mongodb", &[27017]),
    ("redis", &[6379]),
    ("valkey", &[6379]),
];

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let policies = &cluster.policies;
    if policies.is_empty() {
        return;
    }
    for workload in cluster.workloads.iter().filter(|it| it.kind() == "StatefulSet" && cluster.least(it) > 1) {
        let Some(selecting) = policies.of(workload) else { continue };
        let store = stores::of(workload).map(|(_, store)| store.name);
        let Some((name, ports)) = PORTS.iter().find(|(name, _)| store == Some(name)) else { continue };
        let closing = || selecting.iter().filter(|policy| policies::closes(policy, "Ingress"));
        // Without a rule for anybody the policy is one of several, whose others are elsewhere.
        let Some(first) = closing().find(|policy| policies::names(policy, "ingress")) else { continue };
        let mut rules = closing().flat_map(|policy| policy.view().at("spec.ingress").items());
        // Sentinels have Redis' image, and a port of their own.
        let lists = |port: &i64| {
            let mut listed = workload.pod.containers().flat_map(|it| it.view.key("ports").items());
            listed.any(|it| it.key("containerPort").integer() == Some(*port))
        };
        if matches!(*name, "redis" | "valkey") && !ports.iter().all(lists) {
            continue;
        }
        let missing = ports.iter().find(|port| {
            !rules.clone().any(|rule| {
                policies::opens(rule, **port, "TCP", Some(workload)) && policies::is_for(rule, "from", workload)
            })
        });
        if let Some(port) = missing {
            // The rule for the members, where there is one, else where they all stand.
            let own = rules.find(|rule| {
                rule.key("from").items().len() > 0
                    && rule.key("ports").exists()
                    && policies::is_for(*rule, "from", workload)
            });
            let place = own.map_or_else(|| first.view().key("spec").key_span("ingress"), |rule| rule.key_span("ports"));
            report.about(*first);
            report.find(
                place,
                format!("members of {name} in `{}` cannot reach one another at {port}", workload.object.name),
                format!("let the pods themselves in: `from: [{{ podSelector: ... }}]` with the port {port}"),
            );
        }
    }
}
