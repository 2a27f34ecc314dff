//! An amount that is none.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "bad-quantity",
    severity: Severity::Error,
    about: "an amount that is none",
    docs: "Amounts are numbers with a unit: `m`, `k`, `M`, `G`, `T`, or `Ki`, `Mi`, `Gi`, `Ti`; none is negative. \
        `100M` of memory is less than `100Mi`, and `100m` of it a tenth of a byte.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { limits: { memory: 64MB } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { cpu: 100 m } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { limits: { memory: 64m } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: 1.5, memory: 1e9 } } }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    for amounts in amounts(object) {
        for entry in amounts.entries() {
            if !NOT_AMOUNTS.contains(&entry.key.as_str()) {
                let value = View::of(&entry.node);
                let Some(text) = value.word() else { continue };
                match syntax::quantity(text) {
                    None => report.find(value.span(), format!("{} is no amount", quoted(text)), syntax::QUANTITY),
                    Some(amount) if amount < 0.0 => report.find(
                        value.span(),
                        format!(
                            "{} is less than \
                        nothing",
                            quoted(text)
                        ),
                        syntax::QUANTITY,
                    ),
                    Some(amount) if amount > 0.0 && amount < 1.0 && entry.key == "memory" => report.find(
                        value.span(),
                        format!("{} of memory is less than a byte", quoted(text)),
                        "`m` is a thousandth: write `Mi`",
                    ),
                    Some(_) => {}
                }
            }
        }
    }
}

/// What stands beside amounts.
const NOT_AMOUNTS: &[&str] = &["medium", "type"];

/// Every mapping of an object whose values are amounts.
fn amounts(object: &Object) -> Vec<View<'_>> {
    let spec = object.view().key("spec");
    let mut found = Vec::new();
    match object.kind.as_str() {
        "PersistentVolumeClaim" => found.extend(of(spec.key("resources"))),
        "PersistentVolume" => found.push(spec.key("capacity")),
        "ResourceQuota" => found.push(spec.key("hard")),
        "LimitRange" => {
            const BOUNDS: [&str; 4] = ["max", "min", "default", "defaultRequest"];
            found.extend(spec.key("limits").items().flat_map(|limit| BOUNDS.map(|bound| limit.key(bound))));
        }
        _ => {}
    }
    if let Some(workload) = Workload::of(object) {
        found.extend(workload.pod.all().flat_map(|it| of(it.view.key("resources"))));
        let claims = workload.spec.key("volumeClaimTemplates").items();
        found.extend(claims.flat_map(|it| of(it.at("spec.resources"))));
        found.extend(workload.pod.0.key("volumes").items().map(|volume| volume.key("emptyDir")));
    }
    found
}

fn of(resources: View<'_>) -> [View<'_>; 2] {
    ["requests", "limits"].map(|which| resources.key(which))
}
