//! A Service whose port a policy closes.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::policies;
use crate::diagnostic::Severity;
use crate::manifest::{Selector, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "policy-shuts-service",
    severity: Severity::Warning,
    about: "a Service whose port a policy closes",
    docs: "A policy that selects pods lets in what its rules name and nothing else. A port that a Service sends to and \
        no rule names is answered to nobody.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1, ports: [{ name: https, containerPort: 8443 }, { name: metrics, containerPort: 9090 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 443, targetPort: https }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: metrics }] }] }
"#],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1, ports: [{ name: https, containerPort: 8443 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 443, targetPort: https }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 8443 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: none }
spec: { podSelector: {}, policyTypes: [Ingress] }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let policies = &cluster.policies;
    if policies.is_empty() {
        return;
    }
    for service in cluster.selecting("Service") {
        let spec = service.view().key("spec");
        let selector = Selector::plain(spec.key("selector"));
        if selector.is_empty() {
            continue;
        }
        let ports: Vec<View<'_>> = spec.key("ports").items().collect();
        for workload in cluster.selected(&service.namespace, &selector).into_iter().take(8) {
            let Some(selecting) = policies.of(workload) else { continue };
            let closing = || selecting.iter().filter(|policy| policies::closes(policy, "Ingress"));
            let rules = || closing().flat_map(|policy| policy.view().at("spec.ingress").items());
            // One that lets nobody in at all is there with others.
            let some = closing().find(|policy| policies::names(policy, "ingress"));
            let Some(policy) = some else { continue };
            let open = |port: &View<'_>| {
                let protocol = port.key("protocol").word().unwrap_or("TCP");
                let number = target(*port, workload);
                number.is_none_or(|it| rules().any(|rule| policies::opens(rule, it, protocol, Some(workload))))
            };
            // Of several ports one may be for those in the pod's own network alone.
            if ports.is_empty() || ports.iter().any(open) {
                continue;
            }
            let numbers: Vec<String> =
                ports.iter().filter_map(|port| target(*port, workload)).map(|number| number.to_string()).collect();
            report.about(*policy);
            report.find(
                policy.view().key("spec").key_span("ingress"),
                format!("nobody is let in at {}, to which `{}` sends", numbers.join(", "), service.name),
                format!("add a rule with the port {} for who calls it", numbers[0]),
            );
        }
    }
}

/// The container's port that a Service's port is.
fn target(port: View<'_>, workload: &Workload<'_>) -> Option<i64> {
    let wanted = if port.key("targetPort").exists() { port.key("targetPort") } else { port.key("port") };
    wanted.integer().or_else(|| {
        let mut listed = workload.pod.all().flat_map(|it| it.view.key("ports").items());
        listed.find(|it| it.key("name").word() == wanted.word())?.key("containerPort").integer()
    })
}
