//! Words that nginx' directives take beside values.

use super::{filled, say};
use crate::lint::api::Report;
use crate::manifest::Directive;

/// A directive, from which of its arguments on, and the words that it takes; those with a value end with `=`.
const WORDS: &[(&str, usize, &[&str])] = &[
    ("add_header", 3, &["always"]),
    ("add_trailer", 3, &["always"]),
    ("limit_req", 1, &["zone=", "burst=", "nodelay", "delay="]),
    ("proxy_cache_path", 2, CACHE),
    ("fastcgi_cache_path", 2, CACHE),
    ("uwsgi_cache_path", 2, CACHE),
    ("scgi_cache_path", 2, CACHE),
    ("access_log", 3, &["buffer=", "gzip", "gzip=", "flush=", "if="]),
    ("proxy_cache_methods", 1, &["get", "head", "post"]),
    ("use", 1, &["epoll", "kqueue", "select", "poll", "/dev/poll", "eventport"]),
    ("satisfy", 1, &["all", "any"]),
    ("hash", 2, &["consistent"]),
    ("ssl_verify_client", 1, &["on", "off", "optional", "optional_no_ca"]),
    ("if_modified_since", 1, &["off", "exact", "before"]),
    ("gzip_http_version", 1, &["1.0", "1.1"]),
    ("gzip_static", 1, &["on", "off", "always"]),
    ("gzip_proxied", 1, PROXIED),
    ("limit_req_zone", 2, &["zone=", "rate=", "sync"]),
    ("limit_conn_zone", 2, &["zone="]),
    ("proxy_ignore_headers", 1, HEADERS),
    ("limit_req_log_level", 1, LOG),
    ("limit_conn_log_level", 1, LOG),
    ("disable_symlinks", 1, &["on", "off", "if_not_owner", "from="]),
    ("aio", 1, &["on", "off", "threads", "threads="]),
];
const CACHE: &[&str] = &[
    "levels=",
    "use_temp_path=",
    "keys_zone=",
    "inactive=",
    "max_size=",
    "min_free=",
    "manager_files=",
    "manager_sleep=",
    "manager_threshold=",
    "loader_files=",
    "loader_sleep=",
    "loader_threshold=",
    "purger=",
    "purger_files=",
    "purger_sleep=",
    "purger_threshold=",
];
const PROXIED: &[&str] =
    &["off", "expired", "no-cache", "no-store", "private", "no_last_modified", "no_etag", "auth", "any"];
const HEADERS: &[&str] = &[
    "x-accel-redirect",
    "x-accel-expires",
    "x-accel-limit-rate",
    "x-accel-buffering",
    "x-accel-charset",
    "expires",
    "cache-control",
    "set-cookie",
    "vary",
];
const LOG: &[&str] = &["info", "notice", "warn", "error"];
/// What stands between `location` and its path.
const MODIFIERS: &[&str] = &["=", "~", "~*", "^~"];

/// Of one directive.
pub(super) fn directive(it: &Directive, report: &mut Report<'_>) {
    for (_, from, known) in WORDS.iter().filter(|(name, ..)| *name == it.name()) {
        for word in it.words.iter().skip(*from).filter(|word| !filled(&word.text)) {
            // Words alone are taken in any case, and names of parameters are not.
            let key = word.text.split_inclusive('=').next().unwrap_or_default();
            let lower = key.to_ascii_lowercase();
            let key = if key.ends_with('=') { key } else { lower.as_str() };
            if !known.contains(&key) {
                let known = known.iter().map(|it| it.trim_end_matches('=')).collect::<Vec<_>>();
                return say(word.span, &word.text, &format!("one of `{}`", known.join("`, `")), report);
            }
        }
    }
    let Some(first) = it.words.get(1).filter(|word| !filled(&word.text) || it.name() == "map") else { return };
    match it.name() {
        "location" if it.words.len() == 3 && !MODIFIERS.contains(&first.text.as_str()) => {
            say(first.span, &first.text, "a way to match: `=`, `~`, `~*` or `^~`", report);
        }
        "gzip_comp_level" if !first.text.parse::<u8>().is_ok_and(|level| (1..=9).contains(&level)) => {
            say(first.span, &first.text, "a number from 1 to 9", report);
        }
        "limit_conn" => {
            let count = it.words.get(2).filter(|word| !filled(&word.text));
            if let Some(word) = count.filter(|word| !word.text.parse::<u32>().is_ok_and(|count| count > 0)) {
                say(word.span, &word.text, "a number of connections", report);
            }
        }
        "error_page" => {
            let codes = it.words.get(1..it.words.len() - 1).unwrap_or_default();
            let wrong = codes.iter().filter(|word| !word.text.starts_with('=') && !filled(&word.text));
            let code = |text: &str| text.parse::<u16>().is_ok_and(|code| (300..=599).contains(&code) && code != 499);
            if let Some(word) = wrong.into_iter().find(|word| !code(&word.text)) {
                say(word.span, &word.text, "a status of an error: 300 to 599", report);
            }
        }
        "proxy_cache_valid" => {
            let codes = it.words.get(1..it.words.len() - 1).unwrap_or_default();
            let code = |text: &str| text == "any" || text.parse::<u16>().is_ok_and(|code| (100..=599).contains(&code));
            if let Some(word) = codes.iter().find(|word| !code(&word.text) && !filled(&word.text)) {
                say(word.span, &word.text, "a status, or `any`", report);
            }
        }
        "map" | "split_clients" | "geo" if !it.block.is_empty() => {
            let variable = it.words.last().filter(|word| !word.text.starts_with('$'));
            if let Some(word) = variable {
                say(word.span, &word.text, &format!("a variable: `${}`", word.text), report);
            }
        }
        // Without an address its words are taken for one.
        "listen" if matches!(first.text.as_str(), "default_server" | "ssl" | "http2" | "reuseport") => {
            say(first.span, &first.text, "an address or a port", report);
        }
        _ => {}
    }
}
