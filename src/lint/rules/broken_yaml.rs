//! YAML that cannot be read.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "broken-yaml",
    severity: Severity::Error,
    about: "YAML that cannot be read",
    docs: "A key twice in one mapping, a tab in the indentation, a bracket that nothing closes, an alias without its anchor: \
        what stands there is not what anybody would apply. The file is not judged, and the exit code is 2.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web\n",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nmetadata: { name: web }\n",
        "apiVersion: v1\nkind: Pod\nmetadata: *web\n",
    ],
    good: &["apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n"],
    check: Check::Reading,
};
