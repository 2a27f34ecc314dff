//! A service that nobody starts again.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "no-restart",
    severity: Severity::Warning,
    about: "a service that nobody starts again",
    docs: "A program that ends stays away, and all are when the machine was off. `restart: unless-stopped` starts it \
        again.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
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
    restart: "no"
"#,
        r#"services:
  web:
    image: web:1
    deploy: { restart_policy: { condition: any } }
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let restarts = service.view.key("restart").exists() || service.view.at("deploy.restart_policy").exists();
        // Parts that others are made of, or that are started by hand.
        if !restarts && !service.view.key("profiles").exists() {
            report.find(
                service.span,
                format!("nobody starts `{}` again when it ends", service.name),
                "add `restart: unless-stopped`, or `restart: \"no\"` for what ends by itself",
            );
        }
    }
}
