//! A binding of a role, or of an account, that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;

pub(super) const RULE: Rule = Rule {
    id: "dangling-role",
    severity: Severity::Warning,
    about: "a binding of a role, or of an account, that is not among the manifests",
    docs: "It grants nothing. Roles that every cluster has are known.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: []
"#,
        r#"apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: wbe, namespace: default }]
"#,
    ],
    good: &[r#"apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: []
"#],
    check: Check::Cluster(check),
};

/// Roles that every cluster has; those with a colon are its own too.
const OWN: &[&str] = &["admin", "cluster-admin", "edit", "view", "extension-apiserver-authentication-reader"];

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.of_kind("RoleBinding").chain(cluster.of_kind("ClusterRoleBinding")) {
        let role = object.view().key("roleRef");
        let (Some(kind), Some(name)) = (role.key("kind").word(), role.key("name").word()) else { continue };
        let cluster_wide = kind == "ClusterRole";
        let known = OWN.contains(&name) || name.contains(':') || !matches!(kind, "Role" | "ClusterRole");
        let namespace = if cluster_wide { "default" } else { object.namespace.as_str() };
        if !known && cluster.find(kind, namespace, name).is_none() && !cluster.is_external(kind, name) {
            report.about(object);
            report.find(
                role.key("name").span(),
                format!("there is no {kind} {} among these manifests", quoted(name)),
                "add it, or name another",
            );
        }
        for subject in object.view().key("subjects").items() {
            let name = subject.key("name");
            let namespace = subject.key("namespace").word().unwrap_or(&object.namespace);
            let Some(word) = name.word().filter(|_| subject.key("kind").word() == Some("ServiceAccount")) else {
                continue;
            };
            // A namespace of which nothing stands here is somebody else's.
            if word != "default"
                && cluster.has_accounts(namespace)
                && cluster.find("ServiceAccount", namespace, word).is_none()
                && !cluster.is_external("ServiceAccount", word)
            {
                report.about(object);
                let what = format!("there is no ServiceAccount {} among these manifests", quoted(word));
                report.find(name.span(), what, "add it, or name another");
            }
        }
    }
}
