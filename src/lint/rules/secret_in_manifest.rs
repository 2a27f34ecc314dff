//! A Secret whose content lies among the manifests.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "secret-in-manifest",
    severity: Severity::Warning,
    about: "a Secret whose content lies among the manifests",
    docs: "Base64 hides nothing. Make it outside of the repository, or seal it. A Secret without content, which \
        somebody fills, is none.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Secret
metadata: { name: web }
data: { password: aHVudGVyMg== }
"#],
    good: &[r#"apiVersion: v1
kind: Secret
metadata: { name: web }
type: kubernetes.io/service-account-token
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    for part in ["data", "stringData"] {
        let filled = object
            .view()
            .key(part)
            .entries()
            .iter()
            .find(|it| View::of(&it.node).word().is_some_and(|word| !word.is_empty()));
        if let Some(entry) = filled.filter(|_| object.kind == "Secret") {
            report.find(
                entry.key_span,
                format!("the content of {} stands here for everybody to read", quoted(&object.name)),
                "make it outside of the repository",
            );
        }
    }
}
