//! Elections that a late heartbeat begins.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "election-too-close",
    severity: Severity::Error,
    about: "elections that a late heartbeat begins",
    docs: "etcd ends when `election-timeout` is less than five heartbeats, and with less than ten each hiccup \
        is an election. 1000 and 100 are its own.",
    on: true,
    bad: &[
        r#"name: a
listen-client-urls: http://127.0.0.1:2379
heartbeat-interval: 500
election-timeout: 1000
"#,
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --election-timeout 300
"#,
    ],
    good: &[r#"name: a
listen-client-urls: http://127.0.0.1:2379
heartbeat-interval: 100
election-timeout: 1000
"#],
    check: Check::Etcd(check),
};

fn check(config: &Etcd, report: &mut Report<'_>) {
    let number = |name: &str| config.setting(name).and_then(|(value, span)| Some((value.parse::<u64>().ok()?, span)));
    let (heartbeat, election) = (number("heartbeat-interval"), number("election-timeout"));
    let (beat, wait) = (heartbeat.map_or(100, |it| it.0), election.map_or(1000, |it| it.0));
    if let Some((_, span)) = election.or(heartbeat).filter(|_| wait < beat.saturating_mul(5)) {
        report.find(
            span,
            format!("an election after {wait} ms is less than five heartbeats of {beat} ms"),
            "use ten times the heartbeat",
        );
    }
}
