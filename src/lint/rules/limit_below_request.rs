//! A limit that is lower than the request.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::manifest::{Container, View, Workload};
pub(super) const RULE: Rule = Rule {
    id: "limit-below-request",
    severity: Severity::Error,
    about: "a limit that is lower than the request",
    docs: "The server refuses the object.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { memory: 1Gi }, limits: { memory: 512Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { cpu: 2 }, limits: { cpu: 1500m } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { memory: 512Mi }, limits: { memory: 0.5Gi } } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let resources = container.view.key("resources");
    for entry in resources.key("limits").entries() {
        let limit = View::of(&entry.node);
        let request = resources.key("requests").key(&entry.key);
        let amount = |view: View<'_>| view.word().and_then(syntax::quantity);
        if let (Some(most), Some(asked)) = (amount(limit), amount(request))
            && most < asked
        {
            report.find(
                limit.span(),
                format!("`{}` asks for more {} than its limit", container.name(), entry.key),
                format!("raise the limit to {} or more", request.word().unwrap_or_default()),
            );
        }
    }
}
