//! haproxy's words: those that begin a line, and those behind them.

use super::super::super::keywords;
use super::{judge, whole};
use crate::lint::api::Report;
use crate::manifest::{Haproxy, Line, Section, Word};

const PROGRAM: &str = "haproxy 2.6 to 3.2";

/// Sections and the lists of what begins their lines.
const SECTIONS: &[(&str, &str)] = &[
    ("global", "haproxy-global"),
    ("defaults", "haproxy-proxy"),
    ("frontend", "haproxy-proxy"),
    ("backend", "haproxy-proxy"),
    ("listen", "haproxy-proxy"),
    ("resolvers", "haproxy-resolvers"),
    ("peers", "haproxy-peers"),
    ("userlist", "haproxy-userlist"),
    ("mailers", "haproxy-mailers"),
    ("cache", "haproxy-cache"),
];
/// Words behind which one of a list stands.
const ONE: &[(&str, &str)] = &[
    ("option", "haproxy-option"),
    ("timeout", "haproxy-timeout"),
    ("http-check", "haproxy-http-check"),
    ("tcp-check", "haproxy-tcp-check"),
    ("stats", "haproxy-stats"),
    ("stick", "haproxy-stick"),
    ("capture", "haproxy-capture"),
    ("hold", "haproxy-hold"),
];
/// Words behind which pairs of a word of a list and its value stand.
const PAIRS: &[(&str, &str)] = &[
    ("stick-table", "haproxy-stick-table"),
    ("redirect", "haproxy-redirect"),
    ("http-request redirect", "haproxy-redirect"),
    ("http-response redirect", "haproxy-redirect"),
    ("http-request deny", "haproxy-deny"),
    ("http-request tarpit", "haproxy-deny"),
    ("http-request auth", "haproxy-auth"),
    ("http-check send", "haproxy-http-check-send"),
    ("http-check connect", "haproxy-http-check-connect"),
    ("tcp-check connect", "haproxy-tcp-check-connect"),
];
/// What haproxy has no longer, and what took its place.
const REMOVED: &[(&str, &str)] = &[
    ("contimeout", "timeout connect"),
    ("clitimeout", "timeout client"),
    ("srvtimeout", "timeout server"),
    ("block", "http-request deny"),
    ("nbproc", "nbthread"),
    ("appsession", "cookie"),
    ("reqadd", "http-request add-header"),
    ("reqdel", "http-request del-header"),
    ("reqidel", "http-request del-header"),
    ("reqrep", "http-request replace-header"),
    ("reqirep", "http-request replace-header"),
    ("reqdeny", "http-request deny"),
    ("reqideny", "http-request deny"),
    ("reqpass", "http-request allow"),
    ("reqipass", "http-request allow"),
    ("reqallow", "http-request allow"),
    ("reqiallow", "http-request allow"),
    ("reqtarpit", "http-request tarpit"),
    ("reqitarpit", "http-request tarpit"),
    ("rspadd", "http-response add-header"),
    ("rspdel", "http-response del-header"),
    ("rspidel", "http-response del-header"),
    ("rsprep", "http-response replace-header"),
    ("rspirep", "http-response replace-header"),
    ("rspdeny", "http-response deny"),
    ("rspideny", "http-response deny"),
    ("cliexp", "http-request replace-path"),
    ("srvexp", "http-response replace-header"),
];
/// Options that it has no longer.
const REMOVED_OPTIONS: &[(&str, &str)] = &[
    ("forceclose", "option httpclose"),
    ("http-tunnel", "option http-keep-alive"),
    ("http_proxy", "http-request set-dst"),
    ("http-use-htx", "option http-keep-alive"),
];
/// Words of those without a value.
const ALONE: &[&str] = &[
    "nopurge",
    "recv-only",
    "drop-query",
    "append-slash",
    "keep-query",
    "ignore-empty",
    "default",
    "send-proxy",
    "ssl",
    "linger",
    "default-errorfiles",
];
/// Words of servers behind which no value stands.
const VALUELESS: &[&str] = &["check", "backup", "disabled", "ssl", "send-proxy", "check-ssl", "no-check", "non-stick"];

pub(super) fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        let Some((_, list)) = SECTIONS.iter().find(|(kind, _)| *kind == section.kind.text) else { continue };
        for line in &section.lines {
            let from = usize::from(matches!(line.words[0].text.as_str(), "no" | "default"));
            let Some(first) = line.words.get(from).filter(|word| !word.text.starts_with('.')) else { continue };
            let option = line.words.get(from + 1).filter(|_| first.text == "option");
            let removed = match option {
                Some(word) => REMOVED_OPTIONS.iter().find(|(name, _)| *name == word.text),
                None => REMOVED.iter().find(|(name, _)| *name == first.text),
            };
            if let Some((name, instead)) = removed {
                let span = option.unwrap_or(first).span;
                report.find(span, format!("haproxy has no `{name}` any more"), format!("write `{instead}`"));
                continue;
            }
            whole(list, first, PROGRAM, report);
            behind(section, line, from, first, report);
        }
    }
}

/// What stands behind the first word of a line.
fn behind(section: &Section, line: &Line, from: usize, first: &Word, report: &mut Report<'_>) {
    let global = section.kind.text == "global";
    if let Some((_, list)) = ONE.iter().find(|(word, _)| *word == first.text)
        && let Some(word) = line.words.get(from + 1)
    {
        let list = if global && first.text == "stats" { "haproxy-stats-global" } else { list };
        // Variables have names of their own.
        let name = word.text.split('(').next().unwrap_or_default();
        whole(list, &Word { text: name.to_owned(), span: word.span }, PROGRAM, report);
    }
    for (beginning, list) in PAIRS {
        if let Some(rest) = line.after(beginning).filter(|_| !global) {
            pairs(list, rest, report);
        }
    }
    let (list, from) = match first.text.as_str() {
        _ if global => return,
        "server" => ("haproxy-server", 3),
        "default-server" => ("haproxy-server", 1),
        "server-template" => ("haproxy-server", 4),
        "bind" if section.kind.text != "peers" => ("haproxy-bind", 2),
        _ => return,
    };
    let mut before = "";
    for word in line.words.get(from..).unwrap_or_default() {
        // What stands behind a word that is known may be its value.
        if before.is_empty() || !keywords::known(list, before) || VALUELESS.contains(&before) {
            judge(list, word, report);
        }
        before = &word.text;
    }
}

fn pairs(list: &'static str, words: &[Word], report: &mut Report<'_>) {
    let mut words = words.iter();
    while let Some(word) = words.next().filter(|word| !matches!(word.text.as_str(), "if" | "unless")) {
        whole(list, word, PROGRAM, report);
        match word.text.as_str() {
            // Its own way to say things.
            "comment" | "body" | "body-lf" if list.ends_with("send") => return,
            "hdr" => {
                words.next();
                words.next();
            }
            alone if ALONE.contains(&alone) => {}
            _ => {
                words.next();
            }
        }
    }
}
