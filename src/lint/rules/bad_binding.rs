//! A binding that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-binding",
    severity: Severity::Error,
    about: "a binding that the server does not take",
    docs: "It grants a Role or a ClusterRole of `rbac.authorization.k8s.io` (one for the whole cluster a \
        ClusterRole) to users, groups, and accounts with their namespace.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Rolle, name: view }
subjects: [{ kind: User, name: a }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: view }
subjects: [{ kind: User, name: a }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac, kind: Role, name: view }
subjects: [{ kind: User, name: a }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: a }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: view }
subjects: [{ kind: Account, name: a }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: a, namespace: b }]
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") || object.group() != GROUP {
        return;
    }
    let role = object.view().key("roleRef");
    let kind = role.key("kind");
    let fits = |word: &str| word == "ClusterRole" || word == "Role" && object.kind == "RoleBinding";
    if let Some(word) = kind.word().filter(|word| !fits(word)) {
        let what = format!("a {} grants no {}", object.kind, quoted(word));
        report.find(kind.span(), what, "write `ClusterRole`, or for one namespace `Role`");
    }
    let group = role.key("apiGroup");
    if group.word().is_some_and(|word| !word.is_empty() && word != GROUP) {
        report.find(group.span(), "roles are of `rbac.authorization.k8s.io`", "write that");
    }
    for subject in object.view().key("subjects").items() {
        let kind = subject.key("kind");
        let group = subject.key("apiGroup");
        let wanted = if kind.word() == Some("ServiceAccount") { "" } else { GROUP };
        if group.word().is_some_and(|word| !word.is_empty() && word != wanted) {
            let what =
                format!("no {} is of {}", kind.word().unwrap_or_default(), quoted(group.word().unwrap_or_default()));
            report.find(
                group.span(),
                what,
                if wanted.is_empty() { "remove it" } else { "write `rbac.authorization.k8s.io`" },
            );
        }
        match kind.word() {
            Some("User" | "Group") | None => {}
            // A RoleBinding's is of its own.
            Some("ServiceAccount") if subject.key("namespace").exists() || object.kind == "RoleBinding" => {}
            Some("ServiceAccount") => {
                report.find(subject.key("name").span(), "an account is of a namespace", "add `namespace`");
            }
            Some(word) => {
                let what = format!("nothing is granted to a {}", quoted(word));
                report.find(kind.span(), what, "write `ServiceAccount`, `User` or `Group`");
            }
        }
    }
}

const GROUP: &str = "rbac.authorization.k8s.io";
