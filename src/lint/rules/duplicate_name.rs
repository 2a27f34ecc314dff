//! Two of one list have one name.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{View, Workload};
use std::collections::HashSet;
pub(super) const RULE: Rule = Rule {
    id: "duplicate-name",
    severity: Severity::Error,
    about: "two of one list have one name",
    docs: "The server refuses two containers, volumes, mounts at one path or ports with one name; of two environment \
        variables it takes the last, which is mostly not the one that is looked at.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, value: "1" }, { name: A, value: "2" }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 80 }, { name: http, containerPort: 81 }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }, { name: web, image: web:2 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: /a }, { name: b, mountPath: /a }] }], volumes: [{ name: a, emptyDir: {} }, { name: b, emptyDir: {} }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, value: "1" }, { name: B, value: "2" }], ports: [{ name: http, containerPort: 80 }, { name: dns, containerPort: 53 }] }] }
"#],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let mut judge = |items: Vec<View<'_>>, what: &str| {
        let mut seen = HashSet::new();
        for item in items {
            if let Some(word) = item.word().filter(|word| !seen.insert(*word)) {
                report.find(item.span(), format!("there are two {what} {}", quoted(word)), "remove or rename one");
            }
        }
    };
    let pod = workload.pod.0;
    judge(workload.pod.all().map(|it| it.view.key("name")).collect(), "containers");
    judge(keys(pod, "volumes", "name"), "volumes");
    for container in workload.pod.all() {
        judge(keys(container.view, "env", "name"), "variables");
        judge(keys(container.view, "ports", "name"), "ports");
        judge(keys(container.view, "volumeMounts", "mountPath"), "mounts at");
    }
}

fn keys<'a>(view: View<'a>, list: &str, key: &str) -> Vec<View<'a>> {
    view.key(list).items().map(|it| it.key(key)).collect()
}
