//! A store that a service looks for in itself.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "localhost-of-another",
    severity: Severity::Warning,
    about: "a store that a service looks for in itself",
    docs: "In a container `localhost` is that container. Another service is called by its name.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
    environment: { STORE: "localhost:6379" }
  store:
    image: redis:7
"#],
    good: &[
        r#"services:
  web:
    image: web:1
    environment: { STORE: "store:6379" }
  store:
    image: redis:7
"#,
        r#"services:
  web:
    image: web:1
    network_mode: host
    environment: { STORE: "localhost:6379" }
  store:
    image: redis:7
"#,
        r#"services:
  web:
    image: web:1
    environment: { STORE: "localhost:6379" }
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let store = |service: &crate::manifest::Service<'_>| stores::of_image(service.image()).map(|store| store.name);
    let there: HashSet<&str> = project.services.iter().filter_map(store).collect();
    for service in &project.services {
        let own = store(service);
        if service.view.key("network_mode").exists() {
            continue;
        }
        // What it says of itself is for clients, who may be on the host.
        let told = |name: &str| name.to_ascii_uppercase().contains("ADVERTISED");
        for (_, value, span) in service.pairs("environment").into_iter().filter(|(name, ..)| !told(name)) {
            let at = ["localhost:", "127.0.0.1:"].iter().find_map(|host| value.find(host).map(|at| at + host.len()));
            let Some(rest) = at.map(|at| &value[at..]) else { continue };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let name = rest[..end].parse().ok().and_then(stores::of_port);
            if let Some(name) = name.filter(|name| there.contains(name) && own != Some(name)) {
                report.find(
                    span,
                    format!("`{}` looks for {name} in its own container", service.name),
                    "write the name of the service instead of `localhost`",
                );
            }
        }
    }
}
