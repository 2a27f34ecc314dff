//! A secret that stands in the project.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::secrets::{in_address, is_known, is_secret, is_switch};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "plain-secret-in-compose",
    severity: Severity::Error,
    about: "a secret that stands in the project",
    docs: "Whoever reads the repository has it. Use `secrets`, or a variable of the environment: `${DB_PASSWORD:?}`.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    environment: { DB_PASSWORD: hunter2 }
"#,
        r#"services:
  web:
    image: web:1
    environment: [DB_PASSWORD=hunter2]
"#,
    ],
    good: &[r#"services:
  web:
    image: web:1
    environment: { DB_PASSWORD: "${DB_PASSWORD:?}", DB_PASSWORD_FILE: /run/secrets/db }
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        for (name, value, span) in service.pairs("environment") {
            let known = value.split_once(":-").filter(|_| is_secret(name) && value.starts_with("${"));
            let given = known.map_or("", |(_, rest)| rest.trim_end_matches('}'));
            if !given.is_empty() && !given.contains('$') {
                let what = format!("without a value of its own {} is what stands here", quoted(name));
                let asked = known.map_or(name, |(before, _)| before.trim_start_matches("${"));
                report.find(span, what, format!("write `${{{asked}:?}}`: nothing starts without it then"));
            }
            if in_address(value).is_some_and(|it| !it.is_empty() && !it.contains('$')) {
                let what = format!("the password in {} stands here for everybody to read", quoted(name));
                report.find(span, what, "use `secrets`, or `${NAME:?}` from the environment");
                continue;
            }
            if name == "POSTGRES_HOST_AUTH_METHOD" && value == "trust" {
                let help = "remove it, and set `POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}`";
                report.find(span, "whoever reaches this database is taken at his word", help);
            }
            let plain = !value.is_empty() && !value.contains('$') && !value.starts_with('/');
            if is_secret(name) && plain && !is_switch(value) {
                report.find(
                    span,
                    format!("{} stands here for everybody to read", quoted(name)),
                    "use `secrets`, or `${NAME:?}` from the environment",
                );
            }
        }
        let test = service.view.at("healthcheck.test");
        for item in test.items().chain(test.word().map(|_| test)) {
            let text = item.word().unwrap_or_default();
            let mut words = text.split_whitespace().skip_while(|word| *word != "-a");
            let password = words.nth(1).filter(|word| text.contains("redis-cli") && !word.contains('$'));
            if password.is_some() {
                report.find(item.span(), "the password stands here for everybody to read", "set `REDISCLI_AUTH`");
            }
        }
        let words = service.words();
        for two in words.windows(2) {
            let flag = two[0].text.trim_start_matches("--");
            let secret = matches!(flag, "requirepass" | "masterauth") && two[0].text.starts_with("--");
            // Those that everybody knows are told of as such.
            let value = two[1].text.as_str();
            if secret && !value.is_empty() && !value.contains('$') && !value.starts_with("--") && !is_known(value) {
                report.find(
                    two[1].span,
                    format!("{} stands here for everybody to read", quoted(flag)),
                    "use `secrets`, or `${NAME:?}` from the environment",
                );
            }
        }
    }
}
