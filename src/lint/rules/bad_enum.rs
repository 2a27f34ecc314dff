//! A field has a word that the server does not know.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "bad-enum",
    severity: Severity::Error,
    about: "a field has a word that the server does not know",
    docs: "The server refuses the object. The words are those of its own checks, which its published schemas do not \
        list.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolicy: alwys }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, imagePullPolicy: Always }] }
"#],
    check: Check::Schema,
};
