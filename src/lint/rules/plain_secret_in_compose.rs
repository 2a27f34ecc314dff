//! A secret that stands in the project.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::secrets::{is_known, is_secret};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "plain-secret-in-compose",
    severity: Severity::Error,
    about: "a secret that stands in the project",
    docs: "Whoever reads the repository has it. Use `secrets`, or a variable of the environment: `${DB_PASSWORD:?}`.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    environment: { DB_PASSWORD: hunter2 }
"#,
        r#"services:
  web:
    image: web:1
    environment: [DB_PASSWORD=hunter2]
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    environment: { DB_PASSWORD: "${DB_PASSWORD:?}", DB_PASSWORD_FILE: /run/secrets/db }
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        for (name, value, span) in service.pairs("environment") {
            if is_secret(name) && !value.is_empty() && !value.contains('$') && !value.starts_with('/') {
                report.find(
                    span,
                    format!("{} stands here for everybody to read", quoted(name)),
                    "use `secrets`, or `${NAME:?}` from the environment",
                );
            }
        }
        let words = service.words();
        for two in words.windows(2) {
            let flag = two[0].text.trim_start_matches("--");
            let secret = matches!(flag, "requirepass" | "masterauth") && two[0].text.starts_with("--");
            // Those that everybody knows are told of as such.
            let value = two[1].text.as_str();
            if secret && !value.is_empty() && !value.contains('$') && !value.starts_with("--") && !is_known(value) {
                report.find(
                    two[1].span,
                    format!("{} stands here for everybody to read", quoted(flag)),
                    "use `secrets`, or `${NAME:?}` from the environment",
                );
            }
        }
    }
}
