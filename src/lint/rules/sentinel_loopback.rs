//! Sentinels that know the primary by an address of their own host.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::local;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "sentinel-loopback",
    severity: Severity::Warning,
    about: "sentinels that know the primary by an address of their own host",
    docs: "They tell clients and each other that address, at which nobody else finds the primary, and replicas \
        on other hosts are never found.",
    on: true,
    bad: &[r#"sentinel monitor store 127.0.0.1 6379 2
"#],
    good: &[r#"sentinel monitor store 192.0.2.1 6379 2
"#],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
        let host = line.words.get(3).filter(|word| local(&word.text));
        if let Some(word) = host.filter(|word| !word.text.contains('$')) {
            report.find(
                word.span,
                format!("clients are told that the primary is at {}", quoted(&word.text)),
                "name the address at which others reach it",
            );
        }
    }
}
