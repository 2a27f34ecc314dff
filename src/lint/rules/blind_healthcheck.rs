//! A health check that always passes.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "blind-healthcheck",
    severity: Severity::Warning,
    about: "a health check that always passes",
    docs: "A program that hangs is called healthy. Ask it for what its clients need.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    healthcheck: { test: [CMD, 'true'] }
"#,
        r#"services:
  web:
    image: web:1
    healthcheck: { test: exit 0 }
"#,
        r#"services:
  web:
    image: web:1
    healthcheck: { test: "curl -f localhost || exit 0" }
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    healthcheck: { test: "curl -f localhost || exit 1" }
"#,
        r#"services:
  web:
    image: web:1
    healthcheck: { test: [CMD, /web, --healthy] }
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        let test = service.view.at("healthcheck.test");
        let words: Vec<&str> = match test.word() {
            Some(text) => text.split_whitespace().collect(),
            None => {
                let words =
                    test.items().filter_map(|word| word.word()).filter(|it| !matches!(*it, "CMD" | "CMD-SHELL"));
                words.flat_map(str::split_whitespace).collect()
            }
        };
        let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches(';')).collect();
        let passes = |words: &[&str]| match words {
            [only] => matches!(*only, "true" | "/bin/true" | "/usr/bin/true" | ":"),
            ["exit", "0"] => true,
            ["echo", ..] => !words.iter().any(|word| matches!(*word, "|" | "&&")),
            ["sh" | "/bin/sh" | "bash", "-c", rest @ ..] => matches!(rest, ["true" | ":"] | ["exit", "0"]),
            _ => false,
        };
        let at = words.iter().rposition(|word| *word == "||");
        if passes(&words) || at.is_some_and(|at| passes(&words[at + 1..])) {
            report.find(
                test.span(),
                format!("the health check of `{}` always passes", service.name),
                "ask the program for what its clients need",
            );
        }
    }
}
