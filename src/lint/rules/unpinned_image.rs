//! An image whose tag says nothing, or `latest`.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "unpinned-image",
    severity: Severity::Warning,
    about: "an image whose tag says nothing, or `latest`",
    docs: "The next start may be another program: a pod that moves to a new node is then unlike the others, and \
        going back is impossible.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "web:latest" }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "reg.example:5000/web" }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web@sha256:0123 }] }
"#,
    ],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let image = container.view.key("image");
    let Some(text) = image.word().filter(|text| !text.is_empty()) else { return };
    let last = text.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map(|(_, tag)| tag);
    // What is no name at all has a finding of its own.
    let broken = text.chars().any(|c| c.is_whitespace() || c.is_ascii_uppercase() && !text.contains(':'));
    if !text.contains('@') && !broken && (tag.is_none() || tag == Some("latest")) {
        report.find(
            image.span(),
            format!("{} may be another program tomorrow", quoted(text)),
            "name a version, or a digest",
        );
    }
}
