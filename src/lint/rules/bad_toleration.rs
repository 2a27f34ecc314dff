//! A toleration that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bad-toleration",
    severity: Severity::Error,
    about: "a toleration that the server does not take",
    docs: "One with `operator: Exists` has no value; one without a key is for everything and says `Exists`; seconds \
        go with `NoExecute`.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], tolerations: [{ key: a, operator: Exists, value: b }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], tolerations: [{ value: b }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], tolerations: [{ key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 5 }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], tolerations: [{ operator: Exists }, { key: a, value: b, effect: NoExecute, tolerationSeconds: 5 }] }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for it in workload.pod.0.key("tolerations").items() {
        let exists = it.key("operator").word() == Some("Exists");
        if exists && it.key("value").word().is_some_and(|word| !word.is_empty()) {
            report.find(
                it.key("value").span(),
                "a toleration with `operator: Exists` has no value",
                "remove the value",
            );
        }
        if !exists && !it.key("key").exists() {
            report.find(
                it.span(),
                "a toleration without a key is for every taint",
                "add the key, or `operator: Exists`",
            );
        }
        if it.key("tolerationSeconds").exists() && it.key("effect").word() != Some("NoExecute") {
            report.find(
                it.key("tolerationSeconds").span(),
                "`tolerationSeconds` goes with `effect: NoExecute`",
                "set that effect",
            );
        }
    }
}
