//! A kind that nobody knows.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unknown-kind",
    severity: Severity::Error,
    about: "a kind that nobody knows",
    docs: "A misspelled kind is an object that is not there. Give the schema of a kind of your own with `--schema`, \
        or allow it with `--allow-kind`.",
    on: true,
    bad: &[
        r#"apiVersion: policy/v1
kind: PodDistruptionBudget
metadata: { name: web }
"#,
        r#"apiVersion: apps/v1
kind: Pod
metadata: { name: web }
"#,
    ],
    good: &[r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
"#],
    check: Check::Schema,
};
