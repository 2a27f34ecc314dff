//! A claim of a volume that does not say how much, or how it is used.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-claim",
    severity: Severity::Error,
    about: "a claim of a volume that does not say how much, or how it is used",
    docs: "The server refuses it.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: web }
spec: { resources: { requests: { storage: 1Gi } } }
"#,
        r#"apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: web }
spec: { accessModes: [ReadWriteOnce] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: web }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let own = (object.kind == "PersistentVolumeClaim").then(|| object.view());
    let templates = object.view().at("spec.volumeClaimTemplates").items().filter(|_| object.kind == "StatefulSet");
    for claim in own.into_iter().chain(templates) {
        let spec = claim.key("spec");
        if spec.key("accessModes").items().len() == 0 {
            report.find(claim.key_span("spec"), "the claim has no `accessModes`", "add `accessModes: [ReadWriteOnce]`");
        }
        let storage = spec.at("resources.requests.storage");
        if !storage.exists() {
            report.find(claim.key_span("spec"), "the claim does not say how much", "add `resources.requests.storage`");
        } else if storage.word().and_then(syntax::quantity).is_some_and(|amount| amount <= 0.0) {
            report.find(storage.span(), "the claim is of nothing", "write how much: `1Gi`");
        }
        let modes = spec.key("accessModes").items();
        let alone = modes.clone().find(|mode| mode.word() == Some("ReadWriteOncePod"));
        if let Some(alone) = alone.filter(|_| modes.len() > 1) {
            report.find(alone.span(), "`ReadWriteOncePod` stands alone", "remove the other modes, or this one");
        }
    }
}
