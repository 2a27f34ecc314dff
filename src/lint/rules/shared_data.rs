//! Stores that write to one volume.

use std::collections::{HashMap, HashSet};

use super::super::api::{Check, Report, Rule};
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "shared-data",
    severity: Severity::Warning,
    about: "stores that write to one volume",
    docs: "Each takes the files for its own: the second overwrites what the first has written, or does not \
        start. Give each a volume.",
    on: true,
    bad: &[r#"services:
  a:
    image: redis:7
    volumes: [data:/data]
  b:
    image: redis:7
    volumes: [data:/data]
volumes: { data: {} }
"#],
    good: &[r#"services:
  a:
    image: redis:7
    volumes: [a:/data, ./c.conf:/c.conf:ro]
  b:
    image: redis:7
    volumes: [b:/data, ./c.conf:/c.conf:ro]
volumes: { a: {}, b: {} }
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let mut seen: HashMap<(&str, &str), &str> = HashMap::new();
    for service in &project.services {
        let store = stores::of_image(service.image()).filter(|_| !service.is_task());
        let sentinel = service.words().iter().any(|word| word.text.ends_with("sentinel"));
        let Some(store) = store.filter(|_| !sentinel && !service.view.key("profiles").exists()) else { continue };
        for volume in service.view.key("volumes").items() {
            let Some(mut parts) = volume.word().map(|text| text.split(':')) else { continue };
            let (Some(source), Some(target)) = (parts.next(), parts.next()) else { continue };
            // Single files, and what is only read, are shared by intent.
            let file = target.rsplit('/').next().unwrap_or_default().contains('.') || target.starts_with("/etc");
            let read = parts.next().is_some_and(|mode| mode.contains("ro"));
            let data = !file && !read && !target.contains("conf") && !target.contains("entrypoint");
            let key = (source, store.name);
            if let Some(other) = seen.get(&key).filter(|other| data && **other != service.name) {
                let message = format!("`{other}` and `{}` write to one volume", service.name);
                report.find(volume.span(), message, "give each a volume of its own");
            } else if data {
                seen.insert(key, service.name);
            }
        }
    }
}
