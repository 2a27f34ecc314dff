//! Values of Redis.

use super::{filled, say};
use crate::lint::api::Report;
use crate::lint::{keywords, values};
use crate::manifest::Line;

/// Of one setting.
pub(super) fn setting(line: &Line, report: &mut Report<'_>) {
    let (key, Some(value)) = (line.words[0].text.to_ascii_lowercase(), line.words.get(1)) else { return };
    let text = value.text.to_ascii_lowercase();
    if let Some(form) = values::redis(&key).filter(|_| line.words.len() == 2 && !filled(&text)) {
        let range = form.kind.strip_prefix("integer:").and_then(|range| range.split_once(".."));
        let range = range.and_then(|(first, last)| Some((first.parse::<i64>().ok()?, last.parse::<i64>().ok()?)));
        let problem = match (form.kind, form.kind.strip_prefix("one-of:")) {
            (_, Some(words)) if !words.split('|').any(|word| word == text) => {
                format!("one of `{}`", words.replace('|', "`, `"))
            }
            // What clients may have is the one share that there is.
            ("memory", _) if !memory(&text) || text.ends_with('%') && key != "maxmemory-clients" => {
                "an amount of memory: a number and `kb`, `mb` or `gb`".to_owned()
            }
            (kind, _) if kind.starts_with("integer") => match text.parse::<i64>() {
                Ok(number) => match range {
                    Some((first, last)) if number < first || number > last => {
                        format!("a number from {first} to {last}")
                    }
                    _ => String::new(),
                },
                Err(_) => "a whole number".to_owned(),
            },
            _ => String::new(),
        };
        if !problem.is_empty() {
            return say(value.span, &value.text, &problem, report);
        }
    }
    match key.as_str() {
        "save" => saved(line, report),
        "client-output-buffer-limit" => buffers(line, report),
        "user" => rights(line, report),
        "notify-keyspace-events" if !value.text.chars().all(|c| "KEg$lshzxentdmAocr".contains(c)) => {
            return say(value.span, &value.text, "letters of events: `Ex`, `KEA`, ...", report);
        }
        "rename-command" => {
            let near = keywords::near(&text, COMMANDS.iter().copied());
            if let Some(near) = near.filter(|_| !COMMANDS.contains(&text.as_str())) {
                say(
                    value.span,
                    &value.text,
                    &format!("a command: did you mean `{}`?", near.to_ascii_uppercase()),
                    report,
                );
            }
        }
        _ => {}
    }
    let kind = values::redis(&key).map_or("", |form| form.kind);
    let switch = || text == "yes" || text == "no" || filled(&text) || key.starts_with("tls-auth");
    let form = match key.as_str() {
        "port" if text.parse::<u16>().is_err() && !filled(&text) => "a port from 0 to 65535",
        "appendfsync" if !["always", "everysec", "no"].contains(&text.as_str()) && !filled(&text) => {
            "one of `always`, `everysec` and `no`"
        }
        key if (keywords::list("redis-switch").contains(&key) || kind == "switch") && !switch() => "`yes` or `no`",
        _ => return,
    };
    say(value.span, &value.text, form, report);
}

/// Commands that are taken away.
const COMMANDS: &[&str] = &[
    "acl",
    "bgrewriteaof",
    "bgsave",
    "client",
    "cluster",
    "command",
    "config",
    "debug",
    "dump",
    "eval",
    "evalsha",
    "failover",
    "flushall",
    "flushdb",
    "info",
    "keys",
    "latency",
    "memory",
    "migrate",
    "module",
    "monitor",
    "psync",
    "publish",
    "renamenx",
    "rename",
    "replconf",
    "replicaof",
    "restore",
    "role",
    "save",
    "script",
    "shutdown",
    "slaveof",
    "slowlog",
    "sort",
    "spop",
    "srem",
    "subscribe",
    "swapdb",
    "sync",
];

/// `save SECONDS CHANGES`, once or more often; `save ""` is none at all.
fn saved(line: &Line, report: &mut Report<'_>) {
    let words = &line.words[1..];
    if words.len() == 1 && words[0].text.is_empty() {
        return;
    }
    for (at, word) in words.iter().enumerate().filter(|(_, word)| !filled(&word.text)) {
        let least = i64::from(at % 2 == 0);
        if words.len() > 1 && word.text.parse::<i64>().ok().is_none_or(|number| number < least) {
            return say(
                word.span,
                &word.text,
                if least == 1 { "a number of seconds" } else { "a number of changes" },
                report,
            );
        }
    }
    if words.len() % 2 == 1 {
        say(line.span(), &line.text(), "pairs of seconds and changes: `save 900 1`", report);
    }
}

/// `client-output-buffer-limit CLASS HARD SOFT SECONDS`, once or more often.
fn buffers(line: &Line, report: &mut Report<'_>) {
    const CLASSES: &[&str] = &["normal", "replica", "slave", "pubsub"];
    let words = &line.words[1..];
    for (at, word) in words.iter().enumerate().filter(|(_, word)| !filled(&word.text)) {
        let text = word.text.to_ascii_lowercase();
        let form = match at % 4 {
            0 if !CLASSES.contains(&text.as_str()) => "one of `normal`, `replica` and `pubsub`",
            1 | 2 if !memory(&text) || text.ends_with('%') => "an amount of memory: a number and `kb`, `mb` or `gb`",
            3 if text.parse::<u32>().is_err() => "a number of seconds",
            _ => continue,
        };
        return say(word.span, &word.text, form, report);
    }
    if !words.len().is_multiple_of(4) {
        let form = "a class, two amounts and seconds: `replica 256mb 64mb 60`";
        say(line.span(), &line.text(), form, report);
    }
}

/// Words of `user NAME ...` that stand for themselves.
const RIGHTS: &[&str] = &[
    "on",
    "off",
    "nopass",
    "resetpass",
    "resetkeys",
    "resetchannels",
    "reset",
    "allkeys",
    "allchannels",
    "allcommands",
    "nocommands",
    "clearselectors",
    "sanitize-payload",
    "skip-sanitize-payload",
];
/// Classes of commands; those of modules come with them.
const CATEGORIES: &[&str] = &[
    "all",
    "keyspace",
    "read",
    "write",
    "set",
    "sortedset",
    "list",
    "hash",
    "string",
    "bitmap",
    "hyperloglog",
    "geo",
    "stream",
    "pubsub",
    "admin",
    "fast",
    "slow",
    "blocking",
    "dangerous",
    "connection",
    "transaction",
    "scripting",
    "json",
    "search",
    "timeseries",
    "bloom",
    "cuckoo",
    "cms",
    "topk",
    "tdigest",
    "vectorset",
    "graph",
];

/// What a user may do.
fn rights(line: &Line, report: &mut Report<'_>) {
    for word in line.words.iter().skip(2).filter(|word| !filled(&word.text)) {
        let lower = word.text.to_ascii_lowercase();
        let text = lower.trim_start_matches('(').trim_end_matches(')');
        let category = text.strip_prefix("+@").or_else(|| text.strip_prefix("-@"));
        let marked = text.starts_with(['>', '<', '#', '!', '~', '&', '%', '+', '-']) || text.is_empty();
        let known = match category {
            Some(category) => CATEGORIES.contains(&category),
            None => marked || RIGHTS.contains(&text),
        };
        if !known {
            return say(word.span, &word.text, "a right of a user: `on`, `~keys:*`, `+@read`, ...", report);
        }
    }
}

/// Amounts as Redis takes them; some are a share: `100%`.
fn memory(text: &str) -> bool {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    at > 0 && matches!(&text[at..], "" | "b" | "k" | "kb" | "m" | "mb" | "g" | "gb" | "%")
}
