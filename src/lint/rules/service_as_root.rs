//! A service that is told to be root.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "service-as-root",
    severity: Severity::Info,
    about: "a service that is told to be root",
    docs: "Whoever breaks into it is root in its container. Name another user.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    user: root
"#,
        r#"services:
  web:
    image: web:1
    user: "0:0"
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    user: "1000"
"#,
        r#"services:
  web:
    image: web:1
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let user = service.view.key("user");
        if user.word().is_some_and(|text| matches!(text.split(':').next(), Some("root" | "0"))) {
            report.find(user.span(), format!("`{}` is told to be root", service.name), "name another user");
        }
    }
}
