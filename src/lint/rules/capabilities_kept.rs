//! A container with rights that it does not need.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "capabilities-kept",
    severity: Severity::Warning,
    about: "a container with rights that it does not need",
    docs: "Drop all capabilities; one that binds a port below 1024 adds `NET_BIND_SERVICE`, and others add what they \
        are for by name.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { capabilities: { drop: [NET_RAW] } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { capabilities: { drop: [ALL], add: [SYS_ADMIN] } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] } } }] }
"#],
    check: Check::Container(check),
};

/// Rights that are as good as root's, or let it hear what others say.
const DANGEROUS: &[&str] = &[
    "ALL",
    "SYS_ADMIN",
    "SYS_PTRACE",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_BOOT",
    "SYS_TIME",
    "NET_RAW",
    "NET_ADMIN",
    "DAC_READ_SEARCH",
    "BPF",
    "PERFMON",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "AUDIT_CONTROL",
    "SYSLOG",
    "CHECKPOINT_RESTORE",
];

fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // The server refuses this for Windows.
    if workload.pod.is_windows() {
        return;
    }
    let capabilities = container.view.at("securityContext.capabilities");
    let dropped =
        capabilities.key("drop").items().any(|it| it.word().is_some_and(|word| word.eq_ignore_ascii_case("all")));
    if !dropped {
        report.find(
            container.view.key("name").span(),
            format!("`{}` keeps rights that it may not need", container.name()),
            "add `securityContext: { capabilities: { drop: [ALL] } }`",
        );
    }
    for added in capabilities.key("add").items() {
        if let Some(word) = added.word().filter(|word| DANGEROUS.contains(&word.trim_start_matches("CAP_"))) {
            report.find(
                added.span(),
                format!("`{}` has {}, by which it may take the node", container.name(), quoted(word)),
                "remove it",
            );
        }
    }
}
