//! Links of the time before networks.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "legacy-links",
    severity: Severity::Info,
    about: "links of the time before networks",
    docs: "Services of one network find each other by name. `links` is kept for old files alone.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
    links: [store]
  store:
    image: redis:7
"#],
    good: &[r#"services:
  web:
    image: web:1
    networks: [back]
networks: { back: {} }
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in project.services.iter().filter(|service| service.view.key("links").exists()) {
        let message = format!("`{}` has `links`, which networks made needless", service.name);
        report.find(service.view.key_span("links"), message, "remove it, and use `networks` and `depends_on`");
    }
}
