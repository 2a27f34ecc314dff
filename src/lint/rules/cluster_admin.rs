//! An account that may do everything in the cluster.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "cluster-admin",
    severity: Severity::Warning,
    about: "an account that may do everything in the cluster",
    docs: "A program that is broken into is then the cluster's owner.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: web, namespace: web }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: Group, name: "system:unauthenticated" }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: web, namespace: web }]
"#],
    check: Check::Object(check),
};
/// Users and groups in which everybody is, with an account of anything or without.
const EVERYBODY: &[&str] =
    &["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        return;
    }
    let role = object.view().at("roleRef.name");
    if role.word() == Some("cluster-admin") {
        report.find(role.span(), format!("`{}` grants everything", object.name), "grant a role with what is needed");
    }
    for subject in object.view().key("subjects").items() {
        let name = subject.key("name");
        if let Some(word) = name.word().filter(|word| EVERYBODY.contains(word)) {
            report.find(name.span(), format!("{} is everybody", quoted(word)), "name an account");
        }
    }
}
