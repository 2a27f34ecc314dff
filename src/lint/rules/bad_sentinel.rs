//! A line that a sentinel refuses.

use super::super::api::{Check, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Line, Redis};

pub(super) const RULE: Rule = Rule {
    id: "bad-sentinel",
    severity: Severity::Error,
    about: "a line that a sentinel refuses",
    docs: "A sentinel does not start with a setting that it does not know, with a primary that it watches by fewer words than \
        a name, an address, a port and a quorum of 1 or more, or with a setting of a primary that stands before it.",
    on: true,
    bad: &[
        "sentinel monitor store 192.0.2.1 6379\n",
        "sentinel monitor store 192.0.2.1 6379 0\n",
        "sentinel monitor store 192.0.2.1 6379 2\nsentinel paralel-syncs store 1\n",
        "sentinel monitor store 192.0.2.1 6379 2\nsentienl parallel-syncs store 1\n",
        "sentinel monitor store 192.0.2.1 6379 2\nsentinel myid abc\n",
    ],
    good: &[
        "port 26379\nsentinel resolve-hostnames yes\nsentinel monitor store redis-0 6379 2\nsentinel down-after-milliseconds store 2000\nsentinel myid 0123456789012345678901234567890123456789\nsentinel known-replica store 192.0.2.2 6379\n",
    ],
    check: Check::Redis(check),
};

/// What `sentinel` may be followed by.
const SETTINGS: &[&str] = &[
    "monitor",
    "down-after-milliseconds",
    "failover-timeout",
    "parallel-syncs",
    "auth-pass",
    "auth-user",
    "notification-script",
    "client-reconfig-script",
    "deny-scripts-reconfig",
    "announce-ip",
    "announce-port",
    "resolve-hostnames",
    "announce-hostnames",
    "myid",
    "config-epoch",
    "leader-epoch",
    "current-epoch",
    "known-replica",
    "known-slave",
    "known-sentinel",
    "rename-command",
    "sentinel-user",
    "sentinel-pass",
    "master-reboot-down-after-period",
    "primary-reboot-down-after-period",
];
/// Other settings of a sentinel.
const OTHERS: &[&str] =
    &["sentinel", "user", "requirepass", "include", "loadmodule", "latency-tracking-info-percentiles"];

fn check(config: &Redis, report: &mut Report<'_>) {
    if !config.sentinel {
        return;
    }
    config.lines.iter().for_each(|line| judge(line, report));
}

fn judge(line: &Line, report: &mut Report<'_>) {
    let first = &line.words[0];
    if first.text != "sentinel" {
        let known = keywords::known("redis", &first.text.to_ascii_lowercase()) || OTHERS.contains(&first.text.as_str());
        let near = keywords::near(&first.text, OTHERS.iter().copied());
        let near = near.or_else(|| keywords::meant("redis", &first.text.to_ascii_lowercase()));
        if let Some(near) = near.filter(|_| !known) {
            report.find(
                first.span,
                format!("there is no setting {}", quoted(&first.text)),
                format!("did you mean `{near}`?"),
            );
        } else if !known && first.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            report.find(
                first.span,
                format!("Redis 7 and 8 know no setting {}", quoted(&first.text)),
                "remove it, or begin the line with `sentinel`",
            );
            report.soften();
        }
        return;
    }
    let Some(setting) = line.words.get(1) else {
        return report.find(first.span, "the line does not say what it sets", "write a setting behind it");
    };
    let filled = |text: &str| text.contains(['$', '{', '%', '<']);
    let words: Vec<&str> = line.words.iter().skip(2).map(|word| word.text.as_str()).collect();
    let lower = setting.text.to_ascii_lowercase();
    if !SETTINGS.contains(&lower.as_str()) && !filled(&lower) {
        let near = keywords::near(&lower, SETTINGS.iter().copied());
        let mend = near.map_or("write one that sentinels have".to_owned(), |near| format!("did you mean `{near}`?"));
        return report.find(setting.span, format!("sentinels have no setting {}", quoted(&setting.text)), mend);
    }
    match lower.as_str() {
        "monitor" => match (words.len(), words.get(3).map(|quorum| quorum.parse::<i64>())) {
            (4, Some(Ok(quorum))) if quorum > 0 => {
                let port = words[2];
                if !filled(port) && !port.parse::<u32>().is_ok_and(|port| (1..=65535).contains(&port)) {
                    let what = format!("{} is no port", quoted(port));
                    report.find(line.words[4].span, what, "write a port from 1 to 65535: `6379`");
                }
            }
            (4, _) if filled(words[3]) => {}
            (4, _) => {
                let what = format!("{} is no quorum", quoted(words[3]));
                report.find(line.words[5].span, what, "write how many sentinels must agree: 2 of 3");
            }
            _ => {
                let what = "who is watched is said by a name, an address, a port and a quorum";
                report.find(setting.span, what, "write `sentinel monitor NAME ADDRESS 6379 2`");
            }
        },
        "resolve-hostnames" | "announce-hostnames" | "deny-scripts-reconfig" => {
            let word = words.first().copied().unwrap_or_default();
            if !matches!(word.to_ascii_lowercase().as_str(), "yes" | "no") && !filled(word) {
                let what = format!("{} is not `yes` or `no`", quoted(word));
                report.find(line.words.last().map_or(setting.span, |word| word.span), what, "write one of them");
            }
        }
        "auth-pass" | "auth-user" | "notification-script" | "client-reconfig-script" if words.len() != 2 => {
            let what = format!("{} takes the name of the primary and a value", quoted(&lower));
            report.find(setting.span, what, "write both");
        }
        "announce-ip" | "announce-port" | "sentinel-user" | "sentinel-pass" if words.len() != 1 => {
            report.find(setting.span, format!("{} takes one value", quoted(&lower)), "write it");
        }
        "myid" => {
            let fits = |id: &&&str| id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
            if words.first().filter(fits).is_none() && !words.first().is_some_and(|it| filled(it)) {
                report.find(setting.span, "an id is 40 hexadecimal digits", "remove the line: the sentinel makes one");
            }
        }
        "down-after-milliseconds" | "failover-timeout" | "parallel-syncs" => {
            if let Some(word) =
                line.words.get(3).filter(|it| it.text.parse::<u64>().map_or(true, |it| it == 0) && !filled(&it.text))
            {
                report.find(word.span, format!("{} is no number above 0", quoted(&word.text)), "write a whole number");
            } else if words.len() < 2 {
                report.find(setting.span, "the line lacks the name of the primary, or the number", "write both");
            }
        }
        _ => {}
    }
}
