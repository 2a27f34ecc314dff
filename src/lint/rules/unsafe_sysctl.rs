//! A setting of the kernel that reaches beyond the pod.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "unsafe-sysctl",
    severity: Severity::Error,
    about: "a setting of the kernel that reaches beyond the pod",
    docs: "Only those of a list are safe; the node refuses the others unless its kubelet allows them.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] } }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { sysctls: [{ name: net.ipv4.ip_unprivileged_port_start, value: "0" }] } }
"#],
    check: Check::Workload(check),
};

const SAFE: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for name in workload.pod.0.at("securityContext.sysctls").items().map(|it| it.key("name")) {
        if let Some(word) = name.word().filter(|word| !SAFE.contains(word)) {
            report.find(name.span(), format!("{} is no setting of a pod alone", quoted(word)), "remove it");
        }
    }
}
