//! A store that is published to everybody.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Project;
pub(super) const RULE: Rule = Rule {
    id: "public-store",
    severity: Severity::Error,
    about: "a store that is published to everybody",
    docs: "A port without an address is open on every address of the host, past most firewalls. Leave it out, or \
        bind it to 127.0.0.1.",
    on: true,
    bad: &[
        r#"services:
  store:
    image: redis:7
    ports: ["6379:6379"]
"#,
        r#"services:
  store:
    image: postgres:16
    ports: [{ target: 5432, published: 5432 }]
"#,
    ],
    good: &[
        r#"services:
  store:
    image: redis:7
    ports: ["127.0.0.1:6379:6379"]
"#,
        r#"services:
  web:
    image: web:1
    ports: ["80:80"]
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let Some(store) = stores::of_image(service.image()) else { continue };
        for (address, _, span) in service.published() {
            if matches!(address.as_str(), "" | "0.0.0.0" | "::") {
                report.find(
                    span,
                    format!("{} in `{}` is published to everybody", store.name, service.name),
                    "remove it, or publish it at `127.0.0.1:`",
                );
            }
        }
    }
}
