//! A service that is given no time to end.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "killed-at-once",
    severity: Severity::Warning,
    about: "a service that is given no time to end",
    docs: "With `stop_grace_period: 0s` it is killed with what it was doing: requests are cut off, and a store \
        has to recover. 10 s is what Docker gives by itself.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    stop_grace_period: 0s
"#,
        r#"services:
  web:
    image: web:1
    stop_signal: SIGKILL
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    stop_grace_period: 30s
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let period = service.view.key("stop_grace_period");
        let signal = service.view.key("stop_signal");
        let none = period.word().is_some_and(|text| text.trim_end_matches(|c: char| c.is_ascii_alphabetic()) == "0");
        let kill = signal.word().is_some_and(|text| matches!(text, "SIGKILL" | "KILL" | "9"));
        if none || kill {
            let place = if none { period } else { signal };
            report.find(
                place.span(),
                format!("`{}` is killed with what it is doing", service.name),
                "give it 10 s or more",
            );
        }
    }
}
