//! Published ports that are not published.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "ports-without-effect",
    severity: Severity::Info,
    about: "published ports that are not published",
    docs: "On the host's own network a service listens where it listens; `ports` says nothing.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
    network_mode: host
    ports: ["80:8080"]
"#],
    good: &[
        r#"services:
  web:
    image: web:1
    ports: ["80:8080"]
"#,
        r#"services:
  web:
    image: web:1
    network_mode: host
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let ports = service.view.key("ports");
        if service.view.key("network_mode").word() == Some("host")
            && ports.exists()
            && !service.view.key("networks").exists()
        {
            report.find(
                service.view.key_span("ports"),
                format!("`{}` is on the host's own network, where `ports` says nothing", service.name),
                "remove `ports`, or `network_mode`",
            );
        }
    }
}
