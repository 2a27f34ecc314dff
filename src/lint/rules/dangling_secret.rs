//! A Secret that is not among the manifests, or lacks the key that is asked for.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::references;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "dangling-secret",
    severity: Severity::Info,
    about: "a Secret that is not among the manifests, or lacks the key that is asked for",
    docs: "A pod that needs it does not start. Secrets seldom lie among manifests, and rightly so: it is worth \
        knowing only. One that is there must have the key.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { secretKeyRef: { name: other, key: a } } }] }] }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { secretKeyRef: { name: web, key: b } } }] }] }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, secret: { secretName: other } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { secretKeyRef: { name: web, key: a } } }] }], volumes: [{ name: a, secret: { secretName: web } }] }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, envFrom: [{ secretRef: { name: other, optional: true } }] }] }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    references::check(workload, "Secret", cluster, report);
}
