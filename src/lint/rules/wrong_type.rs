//! A value that is not of its field's type.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "wrong-type",
    severity: Severity::Error,
    about: "a value that is not of its field's type",
    docs: "The server refuses the object. A plain word may be another type than it seems: `yes`, `on` and `0644` are \
        a boolean and a number, so values of environment variables, labels and annotations are best quoted.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: "80" }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: DEBUG, value: yes }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: COUNT, value: 1 }] }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 80 }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: DEBUG, value: "yes" }] }] }
"#,
    ],
    check: Check::Schema,
};
