//! A field that the kind does not have.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unknown-field",
    severity: Severity::Error,
    about: "a field that the kind does not have",
    docs: "The server refuses it or, asked less strictly, drops it without a word: what was meant does not happen. A \
        field of a newer Kubernetes than `--kube-version` is one of them.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolice: Always }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], replicas: 3 }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolicy: Always }] }
"#],
    check: Check::Schema,
};
