//! A ConfigMap that is not among the manifests, or lacks the key that is asked for.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::references;
use crate::diagnostic::Severity;
use crate::manifest::Workload;
pub(super) const RULE: Rule = Rule {
    id: "dangling-config-map",
    severity: Severity::Error,
    about: "a ConfigMap that is not among the manifests, or lacks the key that is asked for",
    docs: "A pod that needs it does not start. Mark it `optional: true` where the pod can do without, or allow it \
        with `--external` where somebody else makes it.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { configMapKeyRef: { name: other, key: a } } }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { configMapKeyRef: { name: web, key: b } } }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, configMap: { name: other } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { configMapKeyRef: { name: web, key: a } } }] }], volumes: [{ name: a, configMap: { name: web } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { a: b }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, envFrom: [{ configMapRef: { name: other, optional: true } }] }] }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    references::check(workload, "ConfigMap", cluster, report);
}
