//! Fields of which there can be only one.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{View, Workload};
use crate::yaml::Entry;

pub(super) const RULE: Rule = Rule {
    id: "exclusive-fields",
    severity: Severity::Error,
    about: "fields of which there can be only one",
    docs: "A volume has one source, a variable a value or where it comes from, a probe one way to ask, a hook one \
        thing to do, an update one way to go. The server refuses two, and none.",
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

/// What a hook does.
const DEEDS: &[&str] = &["exec", "httpGet", "tcpSocket", "sleep"];

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    strategy(workload, report);
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
        for variable in container.view.key("env").items().filter(|it| it.key("valueFrom").exists()) {
            one(variable, "valueFrom", variable.key("valueFrom").entries(), report);
        }
        for source in container.view.key("envFrom").items() {
            let named: Vec<_> = source.entries().iter().filter(|it| it.key != "prefix").collect();
            if named.len() != 1 {
                report.find(source.span(), "an item of `envFrom` is one ConfigMap or one Secret", "name one");
            }
        }
        for hook in ["preStop", "postStart"] {
            let deeds = container.view.key("lifecycle").key(hook);
            let count = DEEDS.iter().filter(|deed| deeds.key(deed).exists()).count();
            if deeds.exists() && count != 1 {
                let what = format!("`{hook}` does {}", if count == 0 { "nothing" } else { "two things" });
                report.find(
                    container.view.key("lifecycle").key_span(hook),
                    what,
                    "keep one of `exec`, `httpGet`, `sleep`",
                );
            }
        }
        for mount in container.view.key("volumeMounts").items() {
            if mount.key("subPath").exists() && mount.key("subPathExpr").exists() {
                report.find(
                    mount.key_span("subPathExpr"),
                    "`subPath` and `subPathExpr` exclude one another",
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

/// A rolling update goes with its type, and a daemon's update takes one away or adds one.
fn strategy(workload: &Workload<'_>, report: &mut Report<'_>) {
    let strategy = workload.spec.key(if workload.kind() == "Deployment" { "strategy" } else { "updateStrategy" });
    let (kind, rolling) = (strategy.key("type").word().unwrap_or("RollingUpdate"), strategy.key("rollingUpdate"));
    if rolling.exists() && matches!(kind, "Recreate" | "OnDelete") && workload.kind() != "DaemonSet" {
        let what = format!("`rollingUpdate` goes with `type: RollingUpdate`, not {kind}");
        report.find(strategy.key_span("rollingUpdate"), what, "remove it, or set that type");
    }
    let some = |key: &str| rolling.key(key).word().is_some_and(|word| word.trim_end_matches('%') != "0");
    if workload.kind() == "DaemonSet" && some("maxSurge") && some("maxUnavailable") {
        let what = "an update of a DaemonSet adds a pod or takes one away, not both";
        report.find(rolling.key_span("maxSurge"), what, "set one of `maxSurge` and `maxUnavailable` to 0");
    }
}

fn one(view: View<'_>, key: &str, sources: &[Entry], report: &mut Report<'_>) {
    if sources.len() != 1 {
        let what = format!("a variable comes from one place, not from {}", sources.len());
        report.find(view.key_span(key), what, "write `secretKeyRef`, `configMapKeyRef`, `fieldRef` or another");
    }
}
