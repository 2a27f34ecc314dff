//! Networks beside a network mode.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "network-mode-conflict",
    severity: Severity::Error,
    about: "networks beside a network mode",
    docs: "Compose refuses a service with both `network_mode` and `networks`, and one with `network_mode: \
        service:` and `ports`.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    network_mode: host
    networks: [back]
networks: { back: {} }
"#,
        r#"services:
  web:
    image: web:1
    network_mode: "service:vpn"
    ports: ["80:80"]
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    network_mode: host
"#,
        r#"services:
  web:
    image: web:1
    networks: [back]
networks: { back: {} }
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let mode = service.view.key("network_mode");
        let Some(text) = mode.word().filter(|text| !text.contains('$')) else { continue };
        let other = text.starts_with("service:") || text.starts_with("container:");
        let clash = ["networks", "ports"]
            .into_iter()
            .find(|key| service.view.key(key).exists() && (*key == "networks" || other));
        if let Some(key) = clash {
            report.find(
                mode.span(),
                format!("`{}` has a `network_mode` and `{key}`: Compose refuses both together", service.name),
                format!("remove one of `network_mode` and `{key}`"),
            );
        }
    }
}
