//! A role that may read all secrets, or make pods.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "rbac-secrets",
    severity: Severity::Info,
    about: "a role that may read all secrets, or make pods",
    docs: "Who lists secrets has them all; who makes pods can mount any of them. Name the secrets with \
        `resourceNames`.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get, list] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [create] }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get] }]
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "Role" | "ClusterRole") {
        return;
    }
    for rule in object.view().key("rules").items() {
        let has = |list: &str, words: &[&str]| {
            rule.key(list).items().any(|it| it.word().is_some_and(|word| words.contains(&word)))
        };
        let resource = |name: &str| rule.key("resources").items().find(|it| it.word() == Some(name));
        if let Some(place) = resource("secrets")
            .filter(|_| has("verbs", &["get", "list", "watch"]) && !rule.key("resourceNames").exists())
        {
            report.find(
                place.span(),
                format!("`{}` may read every secret", object.name),
                "name those that it needs with `resourceNames`",
            );
        }
        for made in ["pods/exec", "pods/attach"] {
            if let Some(place) = resource(made).filter(|_| has("verbs", &["create"]) && resource("pods").is_none()) {
                let what = format!("who runs commands in pods, as `{}` may, reads what they have", object.name);
                report.find(place.span(), what, "remove it, or name the pods with `resourceNames`");
            }
        }
        if let Some(place) = resource("pods").filter(|_| has("verbs", &["create"])) {
            report.find(
                place.span(),
                format!("who makes pods, as `{}` may, can mount every secret", object.name),
                "let a Deployment make them",
            );
        }
    }
}
