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
    let hooks = object.view().key("webhooks").items().map(|it| it.key("clientConfig"));
    let bundles = hooks.chain([object.view().at("spec.conversion.webhook.clientConfig"), object.view().key("spec")]);
    for bundle in bundles.map(|it| it.key("caBundle")) {
        // Somebody fills it in, as cert-manager does.
        let placeholder = |text: &str| text.contains(['{', '$', '%']);
        if bundle.text().is_some_and(|text| !text.is_empty() && !syntax::base64(text) && !placeholder(text)) {
            report.find(bundle.span(), "the certificate is not base64", "encode the whole of the PEM file");
        }
    }
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
