//! A security context that contradicts itself.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-security-context",
    severity: Severity::Error,
    about: "a security context that contradicts itself",
    docs: "A profile of the node is named when the type is `Localhost`, and only then.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { seccompProfile: { type: Localhost } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, securityContext: { seccompProfile: { type: RuntimeDefault, localhostProfile: a.json } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { seccompProfile: { type: Localhost, localhostProfile: a.json } } }
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let contexts = workload.pod.all().map(|it| it.view.key("securityContext"));
    contexts.for_each(|context| rights(context, report));
    let contexts = workload.pod.all().map(|it| it.view.key("securityContext"));
    for context in contexts.chain([workload.pod.0.key("securityContext")]) {
        for key in ["seccompProfile", "appArmorProfile"] {
            let profile = context.key(key);
            let (kind, local) = (profile.key("type"), profile.key("localhostProfile"));
            if kind.word() == Some("Localhost") && !local.exists() {
                report.find(kind.span(), format!("`{key}` does not say which profile"), "add `localhostProfile`");
            } else if local.exists() && kind.word() != Some("Localhost") {
                let span = profile.key_span("localhostProfile");
                report.find(span, "`localhostProfile` goes with `type: Localhost`", "remove it, or set that type");
            }
        }
    }
}

/// What a container may do beyond others.
fn rights(context: View<'_>, report: &mut Report<'_>) {
    let escalates = context.key("allowPrivilegeEscalation");
    if escalates.boolean() == Some(false) && context.key("privileged").is_true() {
        let what = "one that is privileged has every right: the server does not take both";
        report.find(escalates.span(), what, "remove `privileged: true`");
    }
    for name in ["add", "drop"].into_iter().flat_map(|list| context.at("capabilities").key(list).items()) {
        let Some(word) = name.word() else { continue };
        if word.to_ascii_uppercase().starts_with("CAP_") {
            let what = format!("no capability is called {} here", quoted(word));
            report.find(name.span(), what, format!("write it without `CAP_`: `{}`", &word[4..]));
        }
    }
}
