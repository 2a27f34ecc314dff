//! A role that may become any other.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "rbac-escalation",
    severity: Severity::Warning,
    about: "a role that may become any other",
    docs: "Who may `escalate` or `bind` gives itself any role, who may `impersonate` is whoever it wants, and who \
        makes tokens of accounts has what they have.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [escalate] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [users], verbs: [impersonate] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [serviceaccounts/token], verbs: [create] }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [web], verbs: [create] }]
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "Role" | "ClusterRole") {
        return;
    }
    for rule in object.view().key("rules").items().filter(|rule| !rule.key("resourceNames").exists()) {
        let verbs = rule.key("verbs").items();
        let becomes = verbs.clone().find(|it| matches!(it.word(), Some("escalate" | "bind" | "impersonate")));
        let makes = verbs.clone().any(|it| it.word() == Some("create"));
        let proxy = rule.key("resources").items().find(|it| it.word() == Some("nodes/proxy"));
        if let Some(place) = proxy {
            let what = format!("by `nodes/proxy` `{}` may run programs in every pod", object.name);
            report.find(
                place.span(),
                what,
                "ask for `nodes/metrics` or `nodes/stats`, which is all that monitors need",
            );
        }
        let token = rule.key("resources").items().find(|it| it.word() == Some("serviceaccounts/token"));
        if let Some(place) = becomes.or(token.filter(|_| makes)) {
            let what =
                format!("by {} `{}` may become any other", quoted(place.word().unwrap_or_default()), object.name);
            report.find(place.span(), what, "remove it, or name whom with `resourceNames`");
        }
    }
}
