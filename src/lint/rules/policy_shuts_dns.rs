//! Pods that may call others and not ask for their addresses.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::policies;
use crate::diagnostic::Severity;
use crate::manifest::View;

pub(super) const RULE: Rule = Rule {
    id: "policy-shuts-dns",
    severity: Severity::Warning,
    about: "pods that may call others and not ask for their addresses",
    docs: "A policy for what goes out closes all that it does not name. Names are asked for at port 53 of `kube-dns` by UDP, \
        and by TCP where an answer is long; a port without `protocol` is TCP's.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53 }] }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: UDP }] }, { ports: [{ port: 443 }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { dnsPolicy: None, dnsConfig: { nameservers: [127.0.0.1] }, containers: [{ name: web, image: web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let policies = &cluster.policies;
    if policies.is_empty() {
        return;
    }
    let mut told: Vec<*const crate::manifest::Object> = Vec::new();
    for workload in &cluster.workloads {
        let Some(selecting) = policies.of(workload) else { continue };
        // Who brings a name server asks nobody.
        if workload.pod.0.key("dnsPolicy").word() == Some("None") {
            continue;
        }
        let closing = || selecting.iter().filter(|policy| policies::closes(policy, "Egress"));
        let rules = || closing().flat_map(|policy| policy.view().at("spec.egress").items());
        // One that lets nothing out is meant so, or is there with others.
        let Some(first) = closing().find(|policy| policies::names(policy, "egress")) else { continue };
        let open = |protocol: &str| rules().any(|rule| elsewhere(rule) && policies::opens(rule, 53, protocol, None));
        if open("UDP") || told.contains(&std::ptr::from_ref(*first)) {
            continue;
        }
        told.push(std::ptr::from_ref(*first));
        report.about(*first);
        let by_tcp =
            rules().flat_map(|rule| rule.key("ports").items()).find(|port| port.key("port").integer() == Some(53));
        match by_tcp {
            Some(port) => {
                let what = "names are asked for by UDP, and this is TCP's port alone";
                report.find(port.key("port").span(), what, "add `{ port: 53, protocol: UDP }`");
            }
            None => {
                let what = format!("pods of `{}` cannot ask for the addresses of names", workload.object.name);
                let mend = "add a rule to `kube-dns` in `kube-system` with port 53 by UDP and TCP";
                report.find(first.view().key("spec").key_span("egress"), what, mend);
            }
        }
    }
}

/// Whether a rule may be for a name server: it is in another namespace, or known by its address.
fn elsewhere(rule: View<'_>) -> bool {
    let peers = rule.key("to");
    let other = |peer: View<'_>| peer.key("namespaceSelector").node().is_some() || peer.key("ipBlock").exists();
    peers.items().len() == 0 || peers.items().any(other)
}
