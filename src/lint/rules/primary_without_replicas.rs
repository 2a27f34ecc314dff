//! A replicated Redis whose primary takes writes that nobody copies.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "primary-without-replicas",
    severity: Severity::Warning,
    about: "a replicated Redis whose primary takes writes that nobody copies",
    docs: "Cut off from its replicas it takes writes that are lost when another is chosen. `min-replicas-to-write 1` \
        with `min-replicas-max-lag` of a few seconds bounds that.",
    on: true,
    bad: &[
        "min-replicas-to-write 1\nmin-replicas-max-lag 0\n",
        r#"replicaof 192.0.2.1 6379
"#,
    ],
    good: &[
        r#"replicaof 192.0.2.1 6379
min-replicas-to-write 1
"#,
        r#"port 6379
"#,
    ],
    check: Check::Redis(check),
};
fn check(config: &Redis, report: &mut Report<'_>) {
    let follows = config.setting("replicaof").or(config.setting("slaveof"));
    let bounded = ["min-replicas-to-write", "min-slaves-to-write"]
        .iter()
        .any(|key| config.setting(key).and_then(|(_, rest)| rest.first()).is_some_and(|word| word.text != "0"));
    if let Some((line, _)) = follows.filter(|_| !bounded) {
        report.find(
            line.span(),
            "as a primary this Redis takes writes that nobody copies",
            "add `min-replicas-to-write 1` and `min-replicas-max-lag 2`",
        );
    }
    let lag = config.setting("min-replicas-max-lag").or(config.setting("min-slaves-max-lag"));
    let seconds = lag.and_then(|(line, rest)| Some((line, rest.first()?.text.parse::<u32>().ok()?)));
    match seconds {
        Some((line, 0)) => {
            let message = "with a lag of 0 the primary takes writes whether or not a replica copies them";
            report.find(line.span(), message, "use `min-replicas-max-lag 2`");
        }
        Some((line, lag)) if lag > 60 => {
            let message = format!("a primary that is cut off takes writes for {lag} s that are lost");
            report.find(line.span(), message, "use `min-replicas-max-lag 2`");
        }
        _ => {}
    }
}
