//! A service that is root on its host.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "privileged-service",
    severity: Severity::Error,
    about: "a service that is root on its host",
    docs: "With `privileged`, or the runtime's socket, a program that is broken into has the host.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    privileged: true
"#,
        r#"services:
  web:
    image: web:1
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    restart: unless-stopped
    healthcheck: { test: [CMD, "true"] }
    mem_limit: 64m
"#],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let privileged = service.view.key("privileged");
        if privileged.is_true() {
            report.find(
                privileged.span(),
                format!("`{}` is root on its host", service.name),
                "remove it, and add the one capability that it needs",
            );
        }
        for volume in service.view.key("volumes").items() {
            let source = volume.word().or(volume.key("source").word()).unwrap_or_default();
            if source.contains("docker.sock") {
                report.find(
                    volume.span(),
                    format!("with the runtime's socket `{}` is root on its host", service.name),
                    "remove the volume",
                );
            }
        }
    }
}
