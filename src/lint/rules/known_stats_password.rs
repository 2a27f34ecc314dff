//! A password of the statistics page that everybody knows.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::is_known;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "known-stats-password",
    severity: Severity::Error,
    about: "a password of the statistics page that everybody knows",
    docs: "The page turns servers off where `stats admin` is on, and tells all addresses where it is not.",
    on: true,
    bad: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    stats auth admin:admin
"#],
    good: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    stats auth admin:"$STATS_PASSWORD"
"#],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for line in config.sections.iter().flat_map(|section| section.all("stats auth")) {
        let pair = line.words.get(2).map_or("", |word| &word.text);
        let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
        if password == user || is_known(password) {
            report.find(
                line.span(),
                "everybody knows this password",
                "take a long random one from the environment: `\"$STATS_PASSWORD\"`",
            );
        }
    }
    for section in &config.sections {
        for line in &section.lines {
            let written = match line.words[0].text.as_str() {
                "stats" if line.after("stats auth").is_some() => {
                    line.words.get(2).and_then(|word| Some((word, word.text.split_once(':')?.1.to_owned())))
                }
                "user" => line.value("insecure-password").map(|word| (word, word.text.clone())),
                "tcp-check" => line.words.iter().find_map(|word| {
                    Some((word, word.text.strip_prefix("AUTH ")?.split("\\r").next()?.trim().to_owned()))
                }),
                _ => None,
            };
            if let Some((word, text)) = written.filter(|(_, text)| !is_known(text) && !text.contains(['$', '%', '<'])) {
                if text.is_empty()
                    || line.words.get(2).is_some_and(|it| it.text.split(':').next() == Some(text.as_str()))
                {
                    continue;
                }
                // Only a list of users takes a hash.
                let help = match line.words[0].text.as_str() {
                    "user" => "write its hash: `password $6$...`",
                    _ => "take it from the environment: `\"${PASSWORD}\"`",
                };
                report.find(word.span, "this password stands here for everybody to read", help);
            }
        }
    }
}
