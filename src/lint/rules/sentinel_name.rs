//! A primary's name that sentinels do not ask for.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::named;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "sentinel-name",
    severity: Severity::Error,
    about: "a primary's name that sentinels do not ask for",
    docs: "A sentinel takes addresses alone and ends at a name, unless `sentinel resolve-hostnames yes` stands \
        before it.",
    on: true,
    bad: &[r#"sentinel monitor store redis-1 6379 2
"#],
    good: &[
        r#"sentinel resolve-hostnames yes
sentinel monitor store redis-1 6379 2
"#,
        r#"sentinel monitor store 192.0.2.1 6379 2
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    if config.setting("sentinel resolve-hostnames").is_some() || !config.whole {
        return;
    }
    for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
        if let Some(word) = line.words.get(3).filter(|word| named(&word.text)) {
            report.find(
                word.span,
                format!("a sentinel does not ask for {}, and ends", quoted(&word.text)),
                "add `sentinel resolve-hostnames yes` before it, with `announce-hostnames yes`",
            );
        }
    }
}
