//! A role that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, did_you_mean, quoted};
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-role",
    severity: Severity::Error,
    about: "a role that the server does not take",
    docs: "Each rule says what may be done, and to which resources of which groups (`\"\"` is the core group); paths \
        that are no resources are for the whole cluster.",
    on: true,
    bad: &[
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: web }\nrules: [{ apiGroups: [\"\"], resources: [pods], verbs: [get, wacth] }]\n",
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ resources: [pods], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ nonResourceURLs: [/metrics], verbs: [get] }]
"#,
    ],
    good: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: web }
rules: [{ nonResourceURLs: [/metrics], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
"#,
    ],
    check: Check::Object(check),
};

/// What is asked of the server, and in its name.
const VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "attest",
    "proxy",
    "head",
    "post",
    "put",
    "options",
    "*",
];

fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "Role" | "ClusterRole") {
        return;
    }
    for rule in object.view().key("rules").items() {
        let some = |key: &str| rule.key(key).items().len() > 0;
        for verb in rule.key("verbs").items() {
            let Some(word) = verb.word().filter(|word| !VERBS.contains(word)) else { continue };
            // Others have verbs of their own.
            if let Some(near) = did_you_mean(word, VERBS.iter().copied()) {
                report.find(verb.span(), format!("nobody asks to {}", quoted(word)), format!("did you mean `{near}`?"));
            }
        }
        let paths = rule.key_span("nonResourceURLs");
        if !some("verbs") {
            report.find(rule.key_span("verbs"), "a rule without `verbs` allows nothing", "name them: `[get, list]`");
        } else if some("nonResourceURLs") && object.kind == "Role" {
            report.find(paths, "paths are for the whole cluster", "put them into a ClusterRole");
        } else if some("nonResourceURLs") && some("resources") {
            report.find(paths, "a rule is about resources or about paths", "make two rules of it");
        } else if !(some("nonResourceURLs") || some("resources") && some("apiGroups")) {
            let missing = if some("resources") { "apiGroups" } else { "resources" };
            report.find(rule.key_span(missing), format!("the rule has no `{missing}`"), format!("add `{missing}`"));
        }
    }
}
