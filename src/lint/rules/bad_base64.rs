//! Data of a Secret that is not base64.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View};
pub(super) const RULE: Rule = Rule {
    id: "bad-base64",
    severity: Severity::Error,
    about: "data of a Secret that is not base64",
    docs: "The server refuses it. Text as it is goes into `stringData`.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Secret
metadata: { name: web }
data: { password: "se cret!" }
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: web }
data: { password: abc }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Secret
metadata: { name: web }
data: { password: c2VjcmV0 }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let data = if object.kind == "Secret" { object.view().key("data") } else { object.view().key("binaryData") };
    if !matches!(object.kind.as_str(), "Secret" | "ConfigMap") {
        return;
    }
    for entry in data.entries() {
        let value = View::of(&entry.node);
        if value.text().is_some_and(|text| !syntax::base64(text)) {
            report.find(
                value.span(),
                format!("the value of {} is not base64", quoted(&entry.key)),
                "encode it, or put it into `stringData` as it is",
            );
        }
    }
}
