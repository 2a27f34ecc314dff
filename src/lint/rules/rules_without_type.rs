//! Rules of a network policy that count for nothing.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "rules-without-type",
    severity: Severity::Warning,
    about: "rules of a network policy that count for nothing",
    docs: "The server takes them, and nobody heeds them: what a policy says of one direction counts if that is among \
        its `policyTypes`.",
    on: true,
    bad: &[r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{ to: [{ podSelector: {} }] }] }
"#],
    good: &[
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ to: [{ podSelector: {} }] }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "NetworkPolicy" || object.group() != "networking.k8s.io" {
        return;
    }
    let spec = object.view().key("spec");
    let mut kinds = spec.key("policyTypes").items();
    // A word that is none has a finding of its own, and none at all is told by the rules.
    if kinds.len() == 0 || !kinds.all(|it| matches!(it.word(), Some("Ingress" | "Egress"))) {
        return;
    }
    for (direction, kind) in [("ingress", "Ingress"), ("egress", "Egress")] {
        let counts = spec.key("policyTypes").items().any(|it| it.word() == Some(kind));
        if spec.key(direction).items().len() > 0 && !counts {
            let what = format!("nothing of `{direction}` counts without `{kind}` among `policyTypes`");
            report.find(spec.key_span(direction), what, format!("add `{kind}` to `policyTypes`"));
        }
    }
}
