//! A field that must be there is not.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "missing-field",
    severity: Severity::Error,
    about: "a field that must be there is not",
    docs: "The server refuses the object.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ image: web:1 }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#],
    check: Check::Schema,
};
