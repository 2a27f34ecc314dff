//! A service whose health nobody asks for.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "no-healthcheck",
    severity: Severity::Warning,
    about: "a service whose health nobody asks for",
    docs: "A program that hangs is called running, and what waits for it by `depends_on` goes on too early.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    restart: always
"#,
        r#"services:
  web:
    image: web:1
    restart: unless-stopped
    healthcheck: { disable: true }
    mem_limit: 64m
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    restart: unless-stopped
    healthcheck: { test: [CMD, "true"] }
    mem_limit: 64m
"#,
        r#"services:
  web:
    image: web:1
    restart: "no"
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, asked: &HashSet<&str>, report: &mut Report<'_>) {
    for service in project.services.iter().filter(|service| !service.is_task() && !service.is_part()) {
        let check = service.view.key("healthcheck");
        let none = check.key("disable").is_true()
            || check.key("test").items().next().is_some_and(|word| word.word() == Some("NONE"));
        // A balancer that asks takes it out of use, and its end is Docker's to notice.
        let by_balancer = asked.contains(service.name);
        if (!check.exists() || none) && !by_balancer {
            let span = if check.exists() { check.span() } else { service.span };
            report.find(
                span,
                format!("nobody asks for the health of `{}`", service.name),
                "add a `healthcheck` that asks for what clients need",
            );
        }
    }
}
