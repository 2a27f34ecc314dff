//! An image whose tag says nothing, or `latest`.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "unpinned-service-image",
    severity: Severity::Warning,
    about: "an image whose tag says nothing, or `latest`",
    docs: "The next start may be another program, and going back is impossible.",
    on: true,
    bad: &[
        r#"services: { web: { image: web } }
"#,
        r#"services: { web: { image: "web:latest" } }
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
"#,
        r#"services: { web: { build: . } }
"#,
        r#"services: { web: { image: "web:${TAG}" } }
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let image = service.image();
        let last = image.rsplit('/').next().unwrap_or_default();
        let tag = last.split_once(':').map(|(_, tag)| tag);
        let built = service.view.key("build").exists();
        if !image.is_empty() && !built && !image.contains(['@', '$']) && (tag.is_none() || tag == Some("latest")) {
            report.find(
                service.view.key("image").span(),
                format!("{} may be another program tomorrow", quoted(image)),
                "name a version, or a digest",
            );
        }
    }
}
