//! Values of haproxy.

use super::super::super::balancers::{haproxy_ms, servers};
use super::{TIME, filled, no_address, say};
use crate::lint::api::Report;
use crate::manifest::{Haproxy, Line, Section};

const BALANCE: &[&str] = &[
    "roundrobin",
    "static-rr",
    "leastconn",
    "first",
    "source",
    "uri",
    "url_param",
    "hdr",
    "random",
    "rdp-cookie",
    "hash",
    "sticky",
    "log-hash",
    "none",
];
/// Words of servers with values that are words.
const WORDS: &[(&str, &[&str])] = &[
    ("on-marked-down", &["shutdown-sessions"]),
    ("on-marked-up", &["shutdown-backup-sessions"]),
    ("on-error", &["fastinter", "fail-check", "sudden-death", "mark-down"]),
    ("observe", &["layer4", "layer7"]),
    ("verify", &["none", "required", "optional"]),
];
/// Why haproxy asks another server.
const RETRIES: &[&str] = &[
    "none",
    "all-retryable-errors",
    "conn-failure",
    "empty-response",
    "junk-response",
    "response-timeout",
    "0rtt-rejected",
    "401",
    "403",
    "404",
    "408",
    "421",
    "425",
    "429",
    "500",
    "501",
    "502",
    "503",
    "504",
];
const METHODS: &[&str] = &["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"];
const MODES: &[&str] = &["tcp", "http", "health", "log", "spop", "haterm"];

/// Of one line of a section.
pub(super) fn line(section: &Section, line: &Line, report: &mut Report<'_>) {
    let second = line.words.get(1);
    match (line.words[0].text.as_str(), second) {
        ("timeout", Some(_)) => match line.words.get(2) {
            Some(word) if haproxy_ms(&word.text).is_none() && !filled(&word.text) => {
                say(word.span, &word.text, TIME, report);
            }
            Some(_) => {}
            None => report.find(line.span(), "this says no time", "write one: a number and `ms`, `s`, `m` or `h`"),
        },
        ("redirect", _) | ("http-request", Some(_)) => {
            let code = line.value("code").filter(|_| line.has("redirect"));
            let known = |text: &str| matches!(text, "301" | "302" | "303" | "307" | "308");
            if let Some(word) = code.filter(|word| !known(&word.text) && !filled(&word.text)) {
                say(word.span, &word.text, "a status of a redirection: 301, 302, 303, 307 or 308", report);
            }
        }
        ("retries" | "maxconn" | "fullconn", Some(word))
            if word.text.parse::<u64>().is_err() && !filled(&word.text) =>
        {
            say(word.span, &word.text, "a whole number", report);
        }
        ("balance", Some(word)) => {
            let name = word.text.split('(').next().unwrap_or_default();
            if !BALANCE.contains(&name) && !filled(name) {
                say(word.span, &word.text, "a way to balance: `leastconn`, `roundrobin`, ...", report);
            }
        }
        ("option", Some(word)) if word.text == "httpchk" && line.words.len() > 3 => {
            let (method, path) = (&line.words[2], &line.words[3]);
            if !METHODS.contains(&method.text.as_str()) && !filled(&method.text) {
                say(method.span, &method.text, "a method: `GET`, `HEAD` or `OPTIONS`", report);
            }
            if !path.text.starts_with(['/', '*']) && !path.text.contains("://") && !filled(&path.text) {
                say(path.span, &path.text, "a path: it begins with `/`", report);
            }
        }
        ("bind", Some(word)) if word.text.bytes().all(|byte| byte.is_ascii_digit()) => {
            say(word.span, &word.text, &format!("an address with a port: `:{}`", word.text), report);
        }
        ("mode", Some(word)) if !MODES.contains(&word.text.as_str()) && !filled(&word.text) => {
            say(word.span, &word.text, "a mode: `http` or `tcp`", report);
        }
        ("retry-on", Some(_)) => {
            let words = &line.words[1..];
            for word in words.iter().filter(|word| !RETRIES.contains(&word.text.as_str()) && !filled(&word.text)) {
                let (words, codes) = RETRIES.split_at(7);
                let form = format!("a reason to ask another: `{}`, or one of {}", words.join("`, `"), codes.join(", "));
                say(word.span, &word.text, &form, report);
            }
            if let Some(word) = words.iter().find(|word| word.text == "none").filter(|_| words.len() > 1) {
                report.find(word.span, "`none` stands among other reasons to ask another", "write it alone, or not");
            }
        }
        ("server" | "default-server", _) => {
            for key in ["inter", "fastinter", "downinter", "slowstart"] {
                if let Some(word) = line.value(key).filter(|it| haproxy_ms(&it.text).is_none() && !filled(&it.text)) {
                    say(word.span, &word.text, TIME, report);
                }
            }
            for key in ["rise", "fall", "weight", "maxconn"] {
                if let Some(word) = line.value(key).filter(|it| it.text.parse::<u32>().is_err() && !filled(&it.text)) {
                    say(word.span, &word.text, "a whole number", report);
                }
            }
            for (key, first, last) in
                [("weight", 0, 256), ("fall", 1, u32::MAX), ("rise", 1, u32::MAX), ("port", 1, 65535)]
            {
                let number = line.value(key).and_then(|word| Some((word, word.text.parse::<u32>().ok()?)));
                if let Some((word, _)) = number.filter(|(_, number)| *number < first || *number > last) {
                    let form = if last == u32::MAX {
                        format!("a number from {first}")
                    } else {
                        format!("a number from {first} to {last}")
                    };
                    say(word.span, &word.text, &form, report);
                }
            }
            if let Some(word) = line.value("inter").filter(|word| haproxy_ms(&word.text) == Some(0.0)) {
                say(word.span, &word.text, "a time above 0", report);
            }
            for (key, known) in WORDS {
                if let Some(word) = line.value(key).filter(|it| !known.contains(&it.text.as_str()) && !filled(&it.text))
                {
                    say(word.span, &word.text, &format!("one of `{}`", known.join("`, `")), report);
                }
            }
            if line.words[0].text == "server" {
                server(section, line, report);
            }
        }
        _ => {}
    }
}

/// A server that is called with TLS says by whom its certificate is, or that nobody looks at it.
pub(super) fn certificates(config: &Haproxy, report: &mut Report<'_>) {
    let mut global = config.sections.iter().filter(|it| it.kind.text == "global");
    let unasked = |line: &Line| line.after("ssl-server-verify none").is_some() || line.has("ca-file");
    if global.any(|section| section.lines.iter().any(unasked)) {
        return;
    }
    for server in config.sections.iter().flat_map(servers) {
        let told = server.has("ca-file") || server.value("verify").is_some_and(|word| word.text == "none");
        if server.has("ssl") && !server.has("no-ssl") && !told && !server.line.words.iter().any(|it| filled(&it.text)) {
            report.find(
                server.line.span(),
                format!("nothing says by whom the certificate of `{}` is, and haproxy does not start", server.name()),
                "add `ca-file` with the authority's certificate",
            );
        }
    }
}

fn server(section: &Section, line: &Line, report: &mut Report<'_>) {
    let Some(address) = line.words.get(2) else { return };
    let text = address.text.trim_start_matches("ipv4@").trim_start_matches("ipv6@");
    if filled(text) || text.contains('@') || text.starts_with('/') {
        return;
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') || host.starts_with("::") => {
            (host, Some(port))
        }
        _ => (text, None),
    };
    if no_address(host) {
        return say(address.span, text, "an address: its numbers are 0 to 255", report);
    }
    let number = port.map(|port| port.trim_start_matches(['+', '-']).parse::<u32>());
    match number {
        Some(Ok(number)) if number <= 65535 => {}
        // The port of the client's.
        Some(_) if port == Some("") => {}
        Some(_) => say(address.span, text, "an address with a port from 1 to 65535", report),
        None => {
            // A check has nothing else to connect to.
            let checked = line.has("check")
                || section
                    .lines
                    .iter()
                    .chain(section.defaults.iter())
                    .any(|it| it.after("default-server").is_some() && it.has("check"));
            let elsewhere = ["port", "no-check", "disabled"].iter().any(|it| line.has(it))
                || section.lines.iter().chain(section.defaults.iter()).any(|it| it.has("port"));
            if checked && !elsewhere && !host.is_empty() && !text.contains(':') {
                say(address.span, text, "an address with a port, which its check needs", report);
            }
        }
    }
}
