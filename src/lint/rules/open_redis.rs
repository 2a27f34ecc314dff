//! A Redis that everybody may use.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Redis;

pub(super) const RULE: Rule = Rule {
    id: "open-redis",
    severity: Severity::Error,
    about: "a Redis that everybody may use",
    docs: "Without a password, and listening everywhere, it is anybody's: its commands write files. Set \
        `requirepass` or an `aclfile`.",
    on: true,
    bad: &[
        "port 6379\nbind 0.0.0.0\n",
        r#"bind 0.0.0.0
protected-mode no
"#,
        r#"protected-mode no
"#,
    ],
    good: &[
        r#"bind 127.0.0.1
protected-mode no
"#,
        r#"protected-mode no
aclfile /etc/redis/users.acl
"#,
        r#"requirepass "$SECRET"
protected-mode no
"#,
        r#"protected-mode no
user default off
"#,
    ],
    check: Check::Redis(check),
};
fn check(config: &Redis, report: &mut Report<'_>) {
    let guarded = ["requirepass", "aclfile", "user"].iter().any(|key| config.setting(key).is_some());
    let local = config.setting("bind").is_some_and(|(_, rest)| {
        !rest.is_empty()
            && rest.iter().all(|word| matches!(word.text.trim_start_matches('-'), "127.0.0.1" | "::1" | "localhost"))
    });
    let open = config.setting("protected-mode").filter(|(_, rest)| rest.first().is_some_and(|word| word.text == "no"));
    // A sentinel's password is mostly written when it starts, as it changes its file.
    // Before Redis 7 an address that is named is believed to be guarded.
    let everywhere = |word: &crate::manifest::Word| matches!(word.text.trim_start_matches('-'), "0.0.0.0" | "*" | "::");
    let named = config.setting("bind").filter(|(_, rest)| rest.iter().any(everywhere));
    // Where no port is open, only those on the host come to it.
    let closed = config.value("port").is_some_and(|word| word.text == "0")
        && config.value("tls-port").is_none_or(|word| word.text == "0");
    let protected = config.value("protected-mode").is_some_and(|word| word.text == "yes");
    let open = open.or(named.filter(|_| !protected)).filter(|_| config.whole);
    if let Some((line, _)) = open.filter(|_| !guarded && !local && !closed && !config.sentinel) {
        report.find(line.span(), "everybody who reaches this Redis may use it", "set `requirepass`, or an `aclfile`");
    }
}
