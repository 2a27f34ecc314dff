//! Logs that grow until the disk is full.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "unbounded-logs",
    severity: Severity::Info,
    about: "logs that grow until the disk is full",
    docs: "Docker keeps what a container says for ever unless `logging` has `max-size`, or the daemon does.",
    on: false,
    bad: &[r#"services:
  web:
    image: web:1
"#],
    good: &[
        r#"services:
  web:
    image: web:1
    logging: { options: { max-size: 10m } }
"#,
        r#"services:
  web:
    image: web:1
    logging: { driver: journald }
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let logging = service.view.key("logging");
        let driver = logging.key("driver").word().unwrap_or("json-file");
        if driver == "json-file" && !logging.key("options").key("max-size").exists() {
            let help = "add `logging: { options: { max-size: 10m, max-file: \"3\" } }`";
            report.find(service.span, format!("the logs of `{}` grow until the disk is full", service.name), help);
        }
    }
}
