//! A Redis that is its own replica.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "follows-itself",
    severity: Severity::Error,
    about: "a Redis that is its own replica",
    docs: "It waits for itself for ever, and serves what it has without taking writes.",
    on: true,
    bad: &[
        r#"port 6379
replicaof 127.0.0.1 6379
"#,
        r#"replicaof localhost 6379
"#,
    ],
    good: &[r#"port 6380
replicaof 127.0.0.1 6379
"#],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    let follows = config.setting("replicaof").or(config.setting("slaveof"));
    let Some((line, [host, port, ..])) = follows else { return };
    let own = config.value("port").map_or("6379", |word| &word.text);
    let here = matches!(host.text.as_str(), "127.0.0.1" | "localhost" | "::1");
    let bound = config.setting("bind").is_some_and(|(_, rest)| rest.iter().any(|it| it.text == host.text));
    let known = config.whole || config.value("port").is_some();
    if (here || bound) && port.text == own && known {
        report.find(line.span(), "this Redis is its own replica", "name the primary's address");
    }
}
