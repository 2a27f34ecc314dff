//! A mount by which a pod can take its node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "node-taken",
    severity: Severity::Warning,
    about: "a mount by which a pod can take its node",
    docs: "With the socket of the container runtime, or the root, /etc, /proc or kubelet directory of the node, a \
        program is root there.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, hostPath: { path: /var/run/docker.sock } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, hostPath: { path: / } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, hostPath: { path: /var/log/app } }] }
"#],
    check: Check::Workload(check),
};

const TAKES: &[&str] = &[
    "/",
    "/etc",
    "/proc",
    "/sys",
    "/root",
    "/boot",
    "/dev",
    "/var/lib/kubelet",
    "/var/run",
    "/run",
    "/var/lib/docker",
    "/var/lib/etcd",
];

/// Whether with a path of the node a pod can take it.
pub(super) fn takes(path: &str) -> bool {
    let whole = path.trim_end_matches('/');
    TAKES.contains(&if whole.is_empty() { "/" } else { whole }) || path.ends_with(".sock")
}

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for volume in workload.pod.0.key("volumes").items() {
        let path = volume.at("hostPath.path");
        let Some(text) = path.word() else { continue };
        if takes(text) {
            report.find(
                path.span(),
                format!("with {} of its node a pod can take it", quoted(text)),
                "remove the volume",
            );
        }
    }
}
