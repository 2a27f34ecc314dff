//! Two of one list have one name.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View, Workload};
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
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let mut judge = |items: Vec<View<'_>>, what: &str| {
        let mut seen = HashSet::new();
        for item in items {
            if let Some(word) = item.word().filter(|word| !seen.insert(*word)) {
                report.find(item.span(), format!("there are two {what} {}", quoted(word)), "remove or rename one");
            }
        }
    };
    if object.kind == "Service" && object.group().is_empty() {
        let ports = object.view().at("spec.ports");
        judge(ports.items().map(|port| port.key("name")).collect(), "ports");
        let mut seen = HashSet::new();
        for port in ports.items() {
            let number = port.key("port");
            let protocol = port.key("protocol").word().unwrap_or("TCP");
            if number.exists() && !seen.insert((number.word(), protocol)) {
                let what = format!("there are two ports {}", quoted(number.word().unwrap_or_default()));
                report.find(number.span(), what, "remove one, or give it another number");
            }
        }
        return;
    }
    let Some(workload) = Workload::of(object) else { return };
    let pod = workload.pod.0;
    judge(workload.spec.key("volumeClaimTemplates").items().map(|it| it.at("metadata.name")).collect(), "claims");
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
