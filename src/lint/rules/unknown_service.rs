//! A service, network, volume or secret that the project does not have.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Project, Service};

pub(super) const RULE: Rule = Rule {
    id: "unknown-service",
    severity: Severity::Error,
    about: "a service, network, volume or secret that the project does not have",
    docs: "Compose refuses the project, or, where nobody looks, waits for what never comes.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    depends_on: [store]
"#,
        r#"services:
  web:
    image: web:1
    networks: [back]
"#,
        r#"services:
  web:
    image: web:1
    volumes: [data:/data]
"#,
        r#"services:
  web:
    image: web:1
    secrets: [key]
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    depends_on: { db: { condition: service_healthy } }
    networks: [back]
    volumes: [data:/data, ./a:/a]
    secrets: [key]
  db: { image: postgres:16 }
networks: { back: {} }
volumes: { data: {} }
secrets: { key: { file: ./key } }
"#],
    check: Check::Compose(check),
};

/// Names that a key of a service lists, or that its mapping has, each with its place.
fn names<'a>(service: Service<'a>, key: &str) -> Vec<(&'a str, crate::diagnostic::Span)> {
    let view = service.view.key(key);
    let listed = view.items().filter_map(|item| {
        let name = item.word().or(item.key("source").word())?;
        Some((name, item.span()))
    });
    listed.chain(view.entries().iter().map(|entry| (entry.key.as_str(), entry.key_span))).collect()
}

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let has = |part: &str, name: &str| {
        project.view.key(part).key(name).node().is_some()
            || project.view.key(part).entries().iter().any(|it| it.key == name)
    };
    for service in &project.services {
        let mut judge = |part: &str, what: &str, name: &str, span: crate::diagnostic::Span| {
            // What is included, or lies under this file, is not seen here.
            let elsewhere = project.view.key("include").exists() || project.is_part();
            if !has(part, name) && !name.contains('$') && !elsewhere {
                report.find(span, format!("the project has no {what} {}", quoted(name)), format!("add it to `{part}`"));
            }
        };
        for (name, span) in names(*service, "depends_on") {
            judge("services", "service", name, span);
        }
        for (name, span) in names(*service, "networks").into_iter().filter(|(name, _)| *name != "default") {
            judge("networks", "network", name, span);
        }
        for (key, part, what) in [("secrets", "secrets", "secret"), ("configs", "configs", "config")] {
            for (name, span) in names(*service, key) {
                judge(part, what, name, span);
            }
        }
        for volume in service.view.key("volumes").items() {
            let named = volume.key("type").word() == Some("volume");
            let short = volume.word().and_then(|text| text.split_once(':')).map(|(source, _)| source);
            let source = short.or(volume.key("source").word().filter(|_| named));
            if let Some(name) = source.filter(|name| !name.starts_with(['.', '/', '~', '$']) && !name.is_empty()) {
                judge("volumes", "volume", name, volume.span());
            }
        }
    }
}
