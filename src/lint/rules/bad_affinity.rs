//! An affinity that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bad-affinity",
    severity: Severity::Error,
    about: "an affinity that the server does not take",
    docs: "A preference weighs from 1 to 100, what pods are kept together or apart by is the key of a label of \
        nodes, and a requirement of nodes has at least one term.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: web } } } }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: "", labelSelector: { matchLabels: { app: web } } } }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: web } } } }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: disk, operator: Exists }] }] } } } }
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let affinity = workload.pod.0.key("affinity");
    if !affinity.exists() {
        return;
    }
    for kind in ["nodeAffinity", "podAffinity", "podAntiAffinity"] {
        for item in affinity.key(kind).key(PREFERRED).items() {
            let weight = item.key("weight");
            if weight.integer().is_some_and(|number| !(1..=100).contains(&number)) {
                report.find(weight.span(), "a preference weighs from 1 to 100", "write a number of these");
            }
        }
    }
    let terms = affinity.key("nodeAffinity").key(REQUIRED).key("nodeSelectorTerms");
    if terms.exists() && terms.items().len() == 0 {
        report.find(terms.span(), "no node fits no term", "write one, or remove the affinity");
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let preferred = affinity.key(kind).key(PREFERRED).items().map(|item| item.key("podAffinityTerm"));
        for term in affinity.key(kind).key(REQUIRED).items().chain(preferred) {
            let key = term.key("topologyKey");
            if key.word() == Some("") {
                report.find(key.span(), "`topologyKey` is empty", "write `kubernetes.io/hostname`");
            }
        }
    }
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
