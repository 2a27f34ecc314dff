//! Pods that carry a token of the API server.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "token-mounted",
    severity: Severity::Warning,
    about: "pods that carry a token of the API server",
    docs: "Whoever breaks in may ask the server with it. Set `automountServiceAccountToken: false` where the program \
        does not call the API.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], automountServiceAccountToken: false }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccountName: web }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
automountServiceAccountToken: false
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let own = workload.pod.0.key("automountServiceAccountToken");
    let account = workload.pod.0.key("serviceAccountName").word().unwrap_or("default");
    // What an account of somebody else says is not known here.
    let unknown = account != "default" && cluster.find("ServiceAccount", &workload.object.namespace, account).is_none();
    let account = cluster.find("ServiceAccount", &workload.object.namespace, account);
    let of_account = account.and_then(|account| account.view().key("automountServiceAccountToken").boolean());
    // An account with a role calls the API.
    let used = workload
        .pod
        .0
        .key("serviceAccountName")
        .word()
        .is_some_and(|name| cluster.has_role(&workload.object.namespace, name));
    let astray = cluster.is_astray("RoleBinding", workload);
    if own.boolean().or(of_account).unwrap_or(true) && !used && !unknown && !astray {
        let place = if own.exists() { own.span() } else { workload.object.name_span() };
        report.find(
            place,
            format!("pods of `{}` carry a token of the API server", workload.object.name),
            "add `automountServiceAccountToken: false`",
        );
    }
}
