//! A service that may take all memory of its host.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "no-limits",
    severity: Severity::Warning,
    about: "a service that may take all memory of its host",
    docs: "One that leaks takes the memory of its host, and the kernel ends whichever is largest.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
    restart: always
"#],
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
    deploy: { resources: { limits: { memory: 64M } } }
"#,
        r#"services:
  web:
    image: web:1
    restart: "no"
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in project.services.iter().filter(|service| !service.is_task() && !service.is_part()) {
        if !service.view.key("mem_limit").exists() && !service.view.at("deploy.resources.limits.memory").exists() {
            report.find(service.span, format!("`{}` may take all memory of its host", service.name), "add `mem_limit`");
        }
    }
}
