//! A role that may do everything.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "rbac-wildcard",
    severity: Severity::Warning,
    about: "a role that may do everything",
    docs: "A star grants what comes later too. Name the resources and the verbs.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: ["*"], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: ["*"] }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }]
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "Role" | "ClusterRole") {
        return;
    }
    for rule in object.view().key("rules").items() {
        for list in ["apiGroups", "resources", "verbs"] {
            if let Some(star) = rule.key(list).items().find(|it| it.word() == Some("*")) {
                report.find(star.span(), format!("`{}` grants every one of `{list}`", object.name), "name them");
            }
        }
    }
}
