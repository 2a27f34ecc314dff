//! An update that takes all replicas at once.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "update-takes-all",
    severity: Severity::Warning,
    about: "an update that takes all replicas at once",
    docs: "With `parallelism: 0` every replica is replaced at the same time, and nobody answers meanwhile.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    deploy: { replicas: 3, update_config: { parallelism: 0 } }
"#,
        r#"services:
  web:
    image: web:1
    deploy: { replicas: 3, update_config: { parallelism: 3 } }
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    deploy: { replicas: 3, update_config: { parallelism: 1 } }
"#,
        r#"services:
  web:
    image: web:1
    deploy: { replicas: 3, update_config: { parallelism: 3, order: start-first } }
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let update = service.view.at("deploy.update_config");
        let parallel = update.key("parallelism");
        let replicas = service.view.at("deploy.replicas").integer().unwrap_or(1);
        let all = parallel.integer().is_some_and(|it| it == 0 || it >= replicas && replicas > 1);
        if all && replicas > 1 && update.key("order").word() != Some("start-first") {
            report.find(
                parallel.span(),
                format!("all replicas of `{}` are replaced at the same time", service.name),
                "use `parallelism: 1`",
            );
        }
    }
}
