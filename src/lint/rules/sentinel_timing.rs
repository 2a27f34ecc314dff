//! Sentinels that are in a hurry, or too slow.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "sentinel-timing",
    severity: Severity::Warning,
    about: "sentinels that are in a hurry, or too slow",
    docs: "With `down-after-milliseconds` of 1000 or less one primary's pause ends in two failovers: measured \
        at 200, 300 and exactly 1000. With a minute nothing is written for a minute. 2000 to 10000, and a \
        `failover-timeout` of twice that or more.",
    on: true,
    bad: &[
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel down-after-milliseconds store 300
"#,
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel down-after-milliseconds store 60000
"#,
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel failover-timeout store 1000
"#,
    ],
    good: &[
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel down-after-milliseconds store 2000
sentinel failover-timeout store 10000
"#,
        r#"sentinel monitor store 192.0.2.1 6379 2
sentinel down-after-milliseconds store 30000
"#,
    ],
    check: Check::Redis(check),
};

fn check(config: &Redis, report: &mut Report<'_>) {
    for line in &config.lines {
        let number = line.words.get(3).and_then(|word| word.text.parse::<u64>().ok());
        let Some(number) = number else { continue };
        if line.after("sentinel down-after-milliseconds").is_some() {
            if number <= 1000 {
                report.find(
                    line.span(),
                    format!("after {number} ms a pause is taken for an end, and one failover follows the other"),
                    "use 2000 or more",
                );
            } else if number > 30_000 {
                let message = format!("nothing can be written for {} s before a failover begins", number / 1000);
                report.find(line.span(), message, "use 2000 to 10000");
            }
        } else if line.after("sentinel failover-timeout").is_some() && number < 3000 {
            report.find(
                line.span(),
                format!("a failover that takes longer than {number} ms is given up and begun again"),
                "use 10000 or more",
            );
        }
    }
}
