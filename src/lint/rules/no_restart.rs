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
    bad: &[
        "services:\n  web:\n    image: web:1\n    ports: [\"80:80\"]\n    restart: on-failure\n",
        r#"services:
  web:
    image: web:1
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
        let restart = service.view.key("restart");
        let policy = service.view.at("deploy.restart_policy");
        // Parts that others are made of, or that are started by hand.
        let by_hand = service.view.key("profiles").exists();
        if service.is_part() || by_hand && matches!(restart.word(), Some("no" | "false")) {
            continue;
        }
        if !restart.exists() && !policy.exists() && !by_hand {
            report.find(
                service.span,
                format!("nobody starts `{}` again when it ends", service.name),
                "add `restart: unless-stopped`",
            );
        } else if service.serves() && !policy.exists() {
            let word = restart.word().unwrap_or_default();
            if matches!(word, "no" | "false") {
                let message = format!("nobody starts `{}` again when it ends", service.name);
                report.find(restart.span(), message, "use `restart: unless-stopped`");
            } else if word.starts_with("on-failure") {
                let message = format!("nobody starts `{}` again when its host was off", service.name);
                report.find(restart.span(), message, "use `restart: unless-stopped`");
            }
        }
    }
}
