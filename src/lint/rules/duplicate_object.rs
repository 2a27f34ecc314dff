//! One object stands there twice.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "duplicate-object",
    severity: Severity::Error,
    about: "one object stands there twice",
    docs: "The one that is applied last wins, and which that is depends on the order of files.",
    on: true,
    bad: &[r#"---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 2, selector: { matchLabels: { app: web } } }
"#],
    good: &[r#"---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: other }
spec: { maxUnavailable: 2, selector: { matchLabels: { app: web } } }
"#],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in &cluster.objects {
        // Names that the server makes are all different.
        if object.name.is_empty() || object.name.ends_with('*') {
            continue;
        }
        let first = cluster.find(&object.kind, &object.namespace, &object.name);
        if first.is_some_and(|first| !std::ptr::eq(first, *object) && first.group() == object.group()) {
            report.about(*object);
            report.find(
                object.name_span(),
                format!("{} stands here a second time", object.id()),
                "remove one of the two",
            );
        }
    }
}
