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
        // A port alone is published at one of the host's that nobody chose, at every address.
        // So is a range of them, and one that a variable names.
        let short = service.view.key("ports").items().filter(|port| {
            let alone = port.word().is_some_and(|text| !text.contains([':', '$']));
            let (outside, _) = port.word().and_then(|text| text.rsplit_once(':')).unwrap_or_default();
            let range = outside
                .split_once('-')
                .is_some_and(|(first, last)| first.parse::<u16>().is_ok() && last.parse::<u16>().is_ok());
            alone || range || outside.starts_with("${") && outside.contains(":-") && outside.ends_with('}')
        });
        let anywhere = short.map(|port| (String::new(), 0, port.span()));
        for (address, _, span) in service.published().into_iter().chain(anywhere) {
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
