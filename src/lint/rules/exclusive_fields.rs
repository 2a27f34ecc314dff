//! Fields of which there can be only one.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "exclusive-fields",
    severity: Severity::Error,
    about: "fields of which there can be only one",
    docs: "A volume has one source, a variable a value or where it comes from, a probe one way to ask. The server \
        refuses two, and none.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, emptyDir: {}, hostPath: { path: /a } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, value: "1", valueFrom: { fieldRef: { fieldPath: metadata.name } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 5 } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { tcpSocket: { port: 80 }, httpGet: { port: 80 } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { tcpSocket: { port: 80 } }, env: [{ name: A }] }], volumes: [{ name: a, emptyDir: {} }] }
"#],
    check: Check::Workload(check),
};

/// Ways to ask.
const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc"];

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for volume in workload.pod.0.key("volumes").items() {
        let sources: Vec<_> = volume.entries().iter().filter(|it| it.key != "name" && !it.node.is_null()).collect();
        let name = volume.key("name").word().unwrap_or_default();
        match sources.as_slice() {
            [] => report.find(
                volume.key("name").span(),
                format!(
                    "the volume {} has no \
                source",
                    quoted(name)
                ),
                "write what it is: `emptyDir: {}`, `configMap`, `persistentVolumeClaim`, ...",
            ),
            [_] => {}
            [_, second, ..] => report.find(
                second.key_span,
                format!(
                    "the volume {} has two \
                sources",
                    quoted(name)
                ),
                "keep one",
            ),
        }
    }
    for container in workload.pod.all() {
        for variable in container.view.key("env").items() {
            if variable.key("value").word().is_some_and(|word| !word.is_empty()) && variable.key("valueFrom").exists() {
                report.find(
                    variable.key_span("valueFrom"),
                    "a variable has a value or comes from elsewhere, not both",
                    "keep one",
                );
            }
        }
        for which in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let probe = container.view.key(which);
            match HANDLERS.iter().filter(|handler| probe.key(handler).node().is_some()).count() {
                1 => {}
                _ if !probe.exists() => {}
                0 => report.find(
                    container.view.key_span(which),
                    format!("`{which}` does not say how it asks"),
                    "add \
                    `httpGet`, `tcpSocket`, `grpc` or `exec`",
                ),
                _ => report.find(container.view.key_span(which), format!("`{which}` asks in two ways"), "keep one"),
            }
        }
    }
}
