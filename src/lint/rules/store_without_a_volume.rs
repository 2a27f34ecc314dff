//! A store whose data goes with its container.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::stores::{self, Keeps};
use crate::diagnostic::Severity;
use crate::manifest::Project;
pub(super) const RULE: Rule = Rule {
    id: "store-without-a-volume",
    severity: Severity::Warning,
    about: "a store whose data goes with its container",
    docs: "What is kept in the container is gone when it is made anew, which every change of its image does.",
    on: true,
    bad: &[r#"services:
  store:
    image: redis:7
"#],
    good: &[
        r#"services:
  store:
    image: redis:7
    volumes: [data:/data]
volumes: { data: {} }
"#,
        r#"services:
  store:
    image: memcached:1
"#,
    ],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in project.services.iter().filter(|service| service.runs_its_image()) {
        // Who watches, or only votes, keeps nothing.
        let watches = service.words().iter().any(|word| word.text.contains("sentinel"));
        let votes = service.pairs("environment").iter().any(|(_, value, _)| *value == "arbiter");
        if watches || votes {
            continue;
        }
        let Some(store) = stores::of_image(service.image()).filter(|store| store.keeps != Keeps::Cache) else {
            continue;
        };
        // Files that are only read hold no data.
        let anonymous = service
            .view
            .key("volumes")
            .items()
            .find(|volume| volume.word().is_some_and(|text| !text.contains([':', '$'])));
        let keeps = service.view.key("volumes").items().any(|volume| match volume.word() {
            Some(text) => text.contains([':', '$']) && !text.ends_with(":ro"),
            None => volume.key("type").word() != Some("tmpfs") && !volume.key("read_only").is_true(),
        });
        if let Some(volume) = anonymous.filter(|_| !keeps) {
            let message = format!("the volume of `{}` has no name, and goes with `docker compose down`", service.name);
            report.find(volume.span(), message, "give it a name: `data:/path`");
        } else if !keeps {
            report.find(
                service.span,
                format!("the data of {} in `{}` goes with its container", store.name, service.name),
                "mount a named volume where it keeps them",
            );
        }
    }
}
