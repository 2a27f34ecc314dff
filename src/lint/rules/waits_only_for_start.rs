//! A service that waits for the start of another alone.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::stores;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "waits-only-for-start",
    severity: Severity::Info,
    about: "a service that waits for the start of another alone",
    docs: "It calls the other before that answers. With `condition: service_healthy` it waits for the health \
        check that is there.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    depends_on: [store]
  store:
    image: redis:7
    healthcheck: { test: [CMD, redis-cli, ping] }
"#,
        r#"services:
  web:
    image: web:1
    depends_on: { store: { condition: service_started } }
  store:
    image: redis:7
    healthcheck: { test: [CMD, redis-cli, ping] }
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    depends_on: { store: { condition: service_healthy } }
  store:
    image: redis:7
    healthcheck: { test: [CMD, redis-cli, ping] }
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let asked = |service: &&crate::manifest::Service<'_>| {
        service.view.at("healthcheck.test").exists() && stores::of_image(service.image()).is_some()
    };
    let asked: HashSet<&str> = project.services.iter().filter(asked).map(|service| service.name).collect();
    for service in &project.services {
        let view = service.view.key("depends_on");
        let listed = view.items().filter_map(|item| Some((item.word()?, item.span())));
        let mapped = view.entries().iter().filter_map(|entry| {
            let condition = crate::manifest::View::of(&entry.node).key("condition");
            let started = condition.word().is_none_or(|word| word == "service_started");
            started.then(|| (entry.key.as_str(), if condition.exists() { condition.span() } else { entry.key_span }))
        });
        for (name, span) in listed.chain(mapped).filter(|(name, _)| asked.contains(name)) {
            report.find(
                span,
                format!("`{}` does not wait until {} answers", service.name, quoted(name)),
                "use `condition: service_healthy`",
            );
        }
    }
}
