//! Settings of a primary that no sentinel watches.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "sentinel-unknown-primary",
    severity: Severity::Error,
    about: "settings of a primary that no sentinel watches",
    docs: "A sentinel ends at a setting of a name that no `sentinel monitor` line has.",
    on: true,
    bad: &[r#"sentinel monitor store 192.0.2.1 6379 2
sentinel parallel-syncs stroe 1
"#],
    good: &[
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel parallel-syncs store 1
"#,
        r#"sentinel down-after-milliseconds store 2000
sentinel monitor store 192.0.2.1 6379 2
"#,
        r#"sentinel parallel-syncs store 1
"#,
    ],
    check: Check::Redis(check),
};

const OF_ONE: &[&str] = &[
    "down-after-milliseconds",
    "failover-timeout",
    "parallel-syncs",
    "auth-pass",
    "auth-user",
    "notification-script",
    "client-reconfig-script",
    "rename-command",
    "config-epoch",
    "leader-epoch",
    "known-replica",
    "known-sentinel",
    "master-reboot-down-after-period",
];

fn check(config: &Redis, report: &mut Report<'_>) {
    let monitors = || config.lines.iter().filter(|line| line.after("sentinel monitor").is_some());
    // Where there is none, somebody adds it.
    if monitors().next().is_none() {
        return;
    }
    let all: HashSet<&str> = monitors().filter_map(|line| Some(line.words.get(2)?.text.as_str())).collect();
    for line in config.lines.iter().filter(|line| line.after("sentinel").is_some()) {
        let [_, what, name, ..] = line.words.as_slice() else { continue };
        if OF_ONE.contains(&what.text.as_str()) && !all.contains(name.text.as_str()) {
            let message = format!("no sentinel watches {}", quoted(&name.text));
            report.find(line.span(), message, "name what `sentinel monitor` names");
        }
    }
}
