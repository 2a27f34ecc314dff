//! A service that waits for the end of another that has none.

use std::collections::{HashMap, HashSet};

use super::super::api::{Check, Report, Rule};
use super::super::stores;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Project, Service, View};

pub(super) const RULE: Rule = Rule {
    id: "never-completes",
    severity: Severity::Error,
    about: "a service that waits for what another never does",
    docs: "`service_completed_successfully` waits for the end of a task; what restarts always, or serves, has none. \
        `service_healthy` waits for a health check; without one the project does not start.",
    on: true,
    bad: &[
        "services:\n  web:\n    image: web:1\n    depends_on: { move: { condition: service_completed_successfully } }\n  move: { image: \"move:1\", restart: always }\n",
        "services:\n  web:\n    image: web:1\n    depends_on: { store: { condition: service_completed_successfully } }\n  store: { image: \"redis:7\" }\n",
        "services:\n  web:\n    image: web:1\n    depends_on: { store: { condition: service_healthy } }\n  store: { image: \"redis:7\", healthcheck: { disable: true } }\n",
        "services:\n  web:\n    image: web:1\n    depends_on: { store: { condition: service_healthy } }\n  store: { image: \"redis:7\" }\n",
    ],
    good: &[
        "services:\n  web:\n    image: web:1\n    depends_on: { move: { condition: service_completed_successfully }, store: { condition: service_healthy }, other: { condition: service_healthy } }\n  move: { image: \"redis:7\", command: redis-cli -h store ping, restart: on-failure }\n  store: { image: \"redis:7\", healthcheck: { test: [CMD, redis-cli, ping] } }\n  other: { image: \"other:1\" }\n",
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let services: HashMap<&str, &Service<'_>> = project.services.iter().map(|it| (it.name, it)).collect();
    for entry in project.services.iter().flat_map(|service| service.view.key("depends_on").entries()) {
        let condition = View::of(&entry.node).key("condition");
        let Some(other) = services.get(entry.key.as_str()).filter(|other| !other.is_part()) else { continue };
        let name = quoted(&entry.key);
        // The makers of the common stores put no check into their images.
        let store = stores::of_image(other.image()).filter(|_| other.runs_its_image());
        match condition.word() {
            Some("service_completed_successfully") => {
                let restart = other.view.key("restart").word();
                if matches!(restart, Some("always" | "unless-stopped")) {
                    let what = format!("{name} never ends: it starts again whenever it does");
                    report.find(condition.span(), what, "give it `restart: on-failure`, or wait until it is healthy");
                } else if let Some(store) = store {
                    let what = format!("{name} never ends: it is {}, which serves", store.name);
                    report.find(condition.span(), what, "use `condition: service_healthy`");
                }
            }
            Some("service_healthy") => {
                let check = other.view.key("healthcheck");
                let none = check.key("disable").is_true()
                    || check.key("test").items().next().is_some_and(|word| word.word() == Some("NONE"))
                    || check.key("test").word() == Some("NONE");
                let official = !other.image().split([':', '@']).next().unwrap_or_default().contains('/');
                if none || !check.exists() && store.is_some() && official {
                    let what = format!("{name} never gets healthy: nobody asks it");
                    report.find(condition.span(), what, "give it a `healthcheck`");
                }
            }
            _ => {}
        }
    }
}
