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
}
