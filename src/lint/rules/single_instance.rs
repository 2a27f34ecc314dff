//! A service that runs once.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "single-instance",
    severity: Severity::Info,
    about: "a service that runs once",
    docs: "Its end is an outage. On one host several replicas survive a program's end, not the host's: that takes \
        several hosts.",
    on: true,
    bad: &[r#"services:
  web:
    image: web:1
    deploy: { replicas: 1 }
    ports: ["80:80"]
"#],
    good: &[r#"services:
  web:
    image: web:1
    deploy: { replicas: 2 }
"#],
    check: Check::Compose(check),
};
fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let replicas = service.view.at("deploy.replicas");
        if replicas.integer() == Some(1) {
            report.find(replicas.span(), format!("`{}` runs once", service.name), "run two or more behind a balancer");
        }
    }
}
