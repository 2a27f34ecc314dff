//! A `version` that nobody reads.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "obsolete-version",
    severity: Severity::Info,
    about: "a `version` that nobody reads",
    docs: "Compose takes no notice of it but for a warning at every start.",
    on: false,
    bad: &[r#"version: '3'
services:
  web:
    image: web:1
"#],
    good: &[r#"services:
  web:
    image: web:1
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    if project.view.key("version").exists() {
        report.find(project.view.key_span("version"), "nobody reads `version`", "remove the line");
    }
}
