//! Commands that sentinels need, under other names.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "renamed-for-sentinel",
    severity: Severity::Warning,
    about: "commands that sentinels need, under other names",
    docs: "A sentinel promotes a replica with `CONFIG`, `REPLICAOF`, `MULTI` and others. Where they are renamed \
        no failover ends, unless each sentinel is told with `sentinel rename-command`. Rules of access \
        (`aclfile`) keep others from them.",
    on: true,
    bad: &[r#"replicaof 192.0.2.1 6379
rename-command CONFIG ""
"#],
    good: &[
        r#"rename-command CONFIG ""
"#,
        r#"replicaof 192.0.2.1 6379
rename-command FLUSHALL ""
"#,
    ],
    check: Check::Redis(check),
};

const NEEDED: &[&str] =
    &["config", "replicaof", "slaveof", "info", "ping", "publish", "subscribe", "multi", "exec", "client", "script"];

fn check(config: &Redis, report: &mut Report<'_>) {
    let replicated = ["replicaof", "slaveof", "min-replicas-to-write"].iter().any(|key| config.setting(key).is_some());
    // A cluster has no sentinels.
    let replicated = replicated && config.value("cluster-enabled").is_none_or(|word| word.text != "yes");
    for line in config.lines.iter().filter(|line| replicated && line.after("rename-command").is_some()) {
        let command = line.words.get(1).map_or(String::new(), |word| word.text.to_ascii_lowercase());
        if NEEDED.contains(&command.as_str()) {
            report.find(
                line.span(),
                format!("no sentinel can do its work without {}", quoted(&command.to_ascii_uppercase())),
                "remove it, and keep others from the command by `aclfile`",
            );
        }
    }
}
