//! Values of nginx.

use super::super::super::balancers::nginx_ms;
use super::{PORT, TIME, filled, no_address, say};
use crate::lint::api::Report;
use crate::lint::{keywords, syntax, values};
use crate::manifest::{Directive, Word};

const REASONS: &[&str] = &[
    "error",
    "timeout",
    "denied",
    "invalid_header",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "http_403",
    "http_404",
    "http_429",
    "non_idempotent",
    "updating",
    "off",
    "on",
    "not_found",
    "invalid_response",
];
const PROTOCOLS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const LEVELS: &[&str] = &["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];
const FLAGS: &[&str] = &["last", "break", "redirect", "permanent"];

/// Of one directive, and those around it.
pub(super) fn directive(around: &[&Directive], it: &Directive, report: &mut Report<'_>) {
    let argument = it.argument(1);
    let kinds = values::nginx(it.name()).iter().map(|form| form.kind).find(|kind| !kind.is_empty());
    if let (Some(kind), 2, false) = (kinds, it.words.len(), filled(argument)) {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (fits, form) = match kind {
            "flag" => (matches!(argument.to_ascii_lowercase().as_str(), "on" | "off"), "`on` or `off`"),
            "number" => (digits(argument), "a whole number"),
            "size" => (
                digits(argument.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G'])),
                "a size: a number and `k`, `m` or `g`",
            ),
            _ => (nginx_ms(argument).is_some(), TIME),
        };
        if !fits {
            return say(it.words[1].span, argument, form, report);
        }
    }
    nginx_words(around, it, report);
    // Of a module's own nothing is known.
    let time = it.name().ends_with("_timeout") && keywords::known("nginx", it.name()) && it.words.len() > 1;
    if time && nginx_ms(argument).is_none() && !filled(argument) {
        say(it.words[1].span, argument, TIME, report);
    }
    if it.name().ends_with("_next_upstream") || it.name().ends_with("_cache_use_stale") {
        let known = |text: &str| REASONS.contains(&text.to_ascii_lowercase().as_str());
        for word in it.words.iter().skip(1).filter(|word| !known(&word.text) && !filled(&word.text)) {
            say(word.span, &word.text, "a reason of nginx: `error`, `timeout`, `http_502`, ...", report);
        }
    }
    if it.name() == "listen"
        && argument.rsplit(':').next().unwrap_or_default().parse::<u32>().is_ok_and(|it| it > 65535)
    {
        say(it.words[1].span, argument, PORT, report);
    }
    if it.name() == "server" && around.last().is_some_and(|block| block.name() == "upstream") {
        for word in it.words.iter().skip(2) {
            let Some((key, value)) = word.text.split_once('=') else { continue };
            let good = match key {
                "max_fails" | "weight" | "max_conns" => value.parse::<u32>().is_ok(),
                "fail_timeout" | "slow_start" => nginx_ms(value).is_some(),
                _ => true,
            };
            if !good && !filled(value) {
                let form = if key.ends_with('t') && key != "weight" { TIME } else { "a whole number" };
                say(word.span, value, form, report);
            }
        }
    }
}

/// Directives with words of their own, or values of more than one form.
fn nginx_words(around: &[&Directive], it: &Directive, report: &mut Report<'_>) {
    if it.words.len() < 2 {
        return;
    }
    let words = || it.words.iter().skip(1).filter(|word| !filled(&word.text));
    let argument = it.argument(1);
    let number = |text: &str| text.parse::<u32>().is_ok();
    match it.name() {
        "ssl_protocols" | "proxy_ssl_protocols" => {
            let known = |text: &str| PROTOCOLS.iter().any(|it| it.eq_ignore_ascii_case(text));
            for word in words().filter(|word| !known(&word.text)) {
                say(word.span, &word.text, "a protocol: `TLSv1.2` or `TLSv1.3`", report);
            }
        }
        "worker_processes" if !number(argument) && argument != "auto" && !filled(argument) => {
            say(it.words[1].span, argument, "a whole number, or `auto`", report);
        }
        "error_log" => {
            if let Some(word) = it.words.get(2).filter(|word| !LEVELS.contains(&word.text.as_str())) {
                say(word.span, &word.text, &format!("one of `{}`", LEVELS.join("`, `")), report);
            }
        }
        "return" if it.words.len() > 2 => {
            let code = argument.parse::<u16>().is_ok_and(|code| code <= 999);
            if !code && !filled(argument) {
                say(it.words[1].span, argument, "a status: three digits", report);
            }
        }
        "rewrite" => {
            if let Some(word) = it.words.get(3).filter(|word| !FLAGS.contains(&word.text.as_str())) {
                say(word.span, &word.text, &format!("one of `{}`", FLAGS.join("`, `")), report);
            }
        }
        "allow" | "deny" | "set_real_ip_from"
            if argument.contains('/') && !syntax::cidr(argument) && !filled(argument) =>
        {
            say(it.words[1].span, argument, "a block of addresses: `10.0.0.0/8`", report);
        }
        "proxy_pass" if !argument.contains("://") && !filled(argument) && in_http(around) => {
            say(it.words[1].span, argument, "an address with its scheme: `http://`", report);
        }
        "proxy_pass" => passed(around, it, report),
        "proxy_http_version" if !matches!(argument, "1.0" | "1.1" | "2") && !filled(argument) => {
            say(it.words[1].span, argument, "a version: `1.1`", report);
        }
        "listen" => listened(it, report),
        "limit_req_zone" | "limit_conn_zone" | "proxy_cache_path" => {
            for word in words() {
                let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let size = |value: &str| {
                    value.split_once(':').is_some_and(|(name, size)| {
                        !name.is_empty() && digits(size.strip_suffix(['k', 'K', 'm', 'M']).unwrap_or(size))
                    })
                };
                match word.text.split_once('=') {
                    Some(("zone" | "keys_zone", value)) if !size(value) => {
                        say(word.span, value, "a name with a size: `name:10m`", report);
                    }
                    Some(("rate", value)) if !value.ends_with("r/s") && !value.ends_with("r/m") => {
                        say(word.span, value, "a rate: `10r/s`, or `10r/m`", report);
                    }
                    _ => {}
                }
            }
        }
        "ssl_session_cache" => {
            for word in words().filter(|word| word.text.starts_with("shared")) {
                if word.text.split(':').count() < 3 {
                    say(word.span, &word.text, "a cache with a name and a size: `shared:SSL:10m`", report);
                }
            }
        }
        "server" if around.last().is_some_and(|block| block.name() == "upstream") => upstream_server(it, report),
        "location" if matches!(argument, "~" | "~*") => regex(it.words.get(2), report),
        "if" => condition(it, report),
        _ => {}
    }
}

/// Words of `listen`; those with a value end with `=`.
const LISTEN: &[&str] = &[
    "default_server",
    "default",
    "ssl",
    "http2",
    "quic",
    "spdy",
    "proxy_protocol",
    "deferred",
    "bind",
    "reuseport",
    "multipath",
    "udp",
    "setfib=",
    "fastopen=",
    "backlog=",
    "rcvbuf=",
    "sndbuf=",
    "accept_filter=",
    "ipv6only=",
    "so_keepalive=",
    "protocol=",
];

/// An address that is listened at, and what is said of it.
fn listened(it: &Directive, report: &mut Report<'_>) {
    let address = it.argument(1);
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    if no_address(host) {
        say(it.words[1].span, address, "an address: its numbers are 0 to 255", report);
    }
    for word in it.words.iter().skip(2).filter(|word| !filled(&word.text)) {
        let key = word.text.split_inclusive('=').next().unwrap_or_default();
        if !LISTEN.contains(&key) {
            return say(word.span, &word.text, "a word of `listen`: `default_server`, `ssl`, ...", report);
        }
    }
}

/// Where the path of a location is not known, nothing can be put in its place.
fn passed(around: &[&Directive], it: &Directive, report: &mut Report<'_>) {
    let address = it.argument(1);
    let path = address.split_once("://").and_then(|(_, rest)| rest.find('/'));
    let unknown = around.last().is_some_and(|block| {
        let pattern = block.name() == "location" && block.argument(1).starts_with(['~', '@']);
        pattern || matches!(block.name(), "if" | "limit_except")
    });
    if path.is_some() && unknown && !filled(address) && !address.contains("unix:") {
        let form = "an address without a path, which only a location by its beginning takes";
        say(it.words[1].span, address, form, report);
    }
}

/// Whether HTTP is spoken: addresses of other protocols have no scheme.
fn in_http(around: &[&Directive]) -> bool {
    let inside = |name: &str| around.iter().any(|block| block.name() == name);
    inside("location") && !inside("stream")
}

/// The address and the parameters of a server.
fn upstream_server(it: &Directive, report: &mut Report<'_>) {
    const KEYS: &[&str] = &["weight", "max_fails", "fail_timeout", "max_conns", "slow_start", "route", "service"];
    const ALONE: &[&str] = &["backup", "down", "resolve", "drain"];
    let address = it.argument(1);
    let port = address.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let wrong = address.contains("://")
        || address.contains('=')
        || ALONE.contains(&address)
        || address.contains('/') && !address.starts_with("unix:");
    let out_of_range = port.is_some_and(|(_, port)| port.parse::<u32>().is_ok_and(|port| port == 0 || port > 65535));
    if (wrong || out_of_range) && !filled(address) {
        say(it.words[1].span, address, "an address: a host, and a port from 1 to 65535", report);
    }
    for word in it.words.iter().skip(2).filter(|word| !filled(&word.text)) {
        let fits = match word.text.split_once('=') {
            Some((key, value)) => KEYS.contains(&key) && (key != "weight" || value != "0"),
            None => ALONE.contains(&word.text.as_str()),
        };
        if !fits {
            return say(word.span, &word.text, "a parameter of a server: `max_fails=2`, `backup`, ...", report);
        }
    }
}

/// What a program reads as a pattern has each bracket closed.
fn regex(word: Option<&Word>, report: &mut Report<'_>) {
    let Some(word) = word.filter(|word| !word.text.contains("${")) else { return };
    if syntax::open_brackets(&word.text) != 0 {
        say(word.span, &word.text, "a pattern: it has a bracket that nothing closes", report);
    }
}

/// `if` compares by one sign, and stands in brackets.
fn condition(it: &Directive, report: &mut Report<'_>) {
    let text = it.words.iter().skip(1).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    if let Some(word) = it.words.iter().find(|word| matches!(word.text.as_str(), "==" | "&&" | "||")) {
        say(word.span, &word.text, "a comparison of nginx: `=`, `!=`, `~`", report);
    } else if !text.is_empty() && (!text.starts_with('(') || !text.ends_with(')')) {
        say(it.words[0].span, &text, "a condition in brackets: `($a = b)`", report);
    }
}
