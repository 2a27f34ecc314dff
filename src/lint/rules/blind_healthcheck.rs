//! A health check that always passes.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Project, View};

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
        shell(test, service.name, report);
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
        let curl = words.iter().position(|word| word.rsplit('/').next() == Some("curl"));
        let fails = |word: &&str| {
            word.starts_with("--fail") || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
        };
        let looked = |word: &&str| matches!(*word, "|" | "grep" | "-w" | "--write-out");
        if curl.is_some_and(|at| !words[at..].iter().any(|word| fails(word) || looked(word))) {
            report.find(
                test.span(),
                format!("the health check of `{}` passes whatever is answered", service.name),
                "add `-f` to `curl`: without it an answer of 500 is a success",
            );
        }
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

/// A program is started without a shell: what only a shell reads is a word of its name, or an argument.
fn shell(test: View<'_>, service: &str, report: &mut Report<'_>) {
    let mut items = test.items();
    if items.next().and_then(View::word) != Some("CMD") {
        return;
    }
    let words: Vec<View<'_>> = items.collect();
    let of_shell = |text: &str| matches!(text, "||" | "&&" | "|" | ";");
    let first = words.first().and_then(|word| word.word()).unwrap_or_default();
    let shells = ["sh", "bash", "ash"].contains(&first.rsplit('/').next().unwrap_or_default());
    let wrong = words.iter().find(|word| word.word().is_some_and(of_shell)).copied();
    let whole = words.first().filter(|word| words.len() == 1 && word.word().is_some_and(|text| text.contains(' ')));
    if let Some(word) = wrong.or(whole.copied()).filter(|_| !shells) {
        let message = format!("the check of `{service}` is for a shell, and `CMD` starts none: it always fails");
        report.find(word.span(), message, "write `CMD-SHELL`, and the line as one word");
    }
}
