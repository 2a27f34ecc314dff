//! A timeout that is shorter than a round trip.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "time-without-unit",
    severity: Severity::Warning,
    about: "a timeout that is shorter than a round trip",
    docs: "Without a unit haproxy takes a number for milliseconds: `timeout server 10` is a hundredth of a \
        second.",
    on: true,
    bad: &[r#"defaults
    timeout server 10
backend web
    server a 192.0.2.1:80
"#],
    good: &[r#"defaults
    timeout server 5000
    timeout connect 10ms
backend web
    server a 192.0.2.1:80
"#],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for line in config.sections.iter().flat_map(|section| section.all("timeout")) {
        let Some(word) = line.words.get(2) else { continue };
        if word.text.parse::<u32>().is_ok_and(|number| (1..200).contains(&number)) {
            report.find(
                word.span,
                format!("{} without a unit are milliseconds", quoted(&word.text)),
                format!("write `{}s`, or `{}ms`", word.text, word.text),
            );
        }
    }
}
