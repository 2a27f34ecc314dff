//! An Ingress that answers without TLS.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "ingress-without-tls",
    severity: Severity::Info,
    about: "an Ingress that answers without TLS",
    docs: "Everybody on the way reads what its clients send.",
    on: true,
    bad: &[r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ host: web.example }] }
"#],
    good: &[r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{ hosts: [web.example], secretName: web }], rules: [{ host: web.example }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind == "Ingress" && object.view().at("spec.tls").items().len() == 0 {
        report.find(
            object.name_span(),
            format!("`{}` answers without TLS", object.name),
            "add `tls` with the hosts and a secret",
        );
    }
}
