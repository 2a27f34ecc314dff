//! Values of haproxy's tables, cookies and expectations.

use super::super::super::balancers::haproxy_ms;
use super::{TIME, filled, say};
use crate::lint::api::Report;
use crate::manifest::Line;

/// What a table keeps of each of its entries.
const KEPT: &[&str] = &[
    "bytes_in_cnt",
    "bytes_in_rate",
    "bytes_out_cnt",
    "bytes_out_rate",
    "conn_cnt",
    "conn_cur",
    "conn_rate",
    "glitch_cnt",
    "glitch_rate",
    "gpc",
    "gpc0",
    "gpc0_rate",
    "gpc1",
    "gpc1_rate",
    "gpc_rate",
    "gpt",
    "gpt0",
    "http_err_cnt",
    "http_err_rate",
    "http_fail_cnt",
    "http_fail_rate",
    "http_req_cnt",
    "http_req_rate",
    "server_id",
    "server_key",
    "sess_cnt",
    "sess_rate",
];
/// Words of `cookie`, and whether a value follows.
const COOKIE: &[(&str, bool)] = &[
    ("rewrite", false),
    ("insert", false),
    ("prefix", false),
    ("indirect", false),
    ("nocache", false),
    ("postonly", false),
    ("preserve", false),
    ("httponly", false),
    ("secure", false),
    ("dynamic", false),
    ("domain", true),
    ("maxidle", true),
    ("maxlife", true),
    ("attr", true),
];

/// Of one line of a section.
pub(super) fn line(line: &Line, report: &mut Report<'_>) {
    match line.words[0].text.as_str() {
        "stick-table" => {
            if let Some(word) = line.value("size") {
                let digits = word.text.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G']);
                let whole = digits.parse::<u64>().is_ok_and(|it| it > 0) && word.text.len() - digits.len() < 2;
                if !whole && !filled(&word.text) {
                    say(word.span, &word.text, "a number of entries: `100k`, `1m`", report);
                }
            }
            if let Some(word) = line.value("expire").filter(|it| haproxy_ms(&it.text).is_none() && !filled(&it.text)) {
                say(word.span, &word.text, TIME, report);
            }
            if let Some(word) = line.value("store").filter(|it| !filled(&it.text)) {
                let unknown =
                    items(&word.text).find(|it| !KEPT.contains(&it.split('(').next().unwrap_or_default().trim()));
                if let Some(item) = unknown {
                    say(word.span, item, "a thing that a table keeps: `http_req_rate(10s)`, `gpc0`, ...", report);
                }
            }
        }
        "cookie" => {
            let mut words = line.words.iter().skip(2);
            while let Some(word) = words.next() {
                match COOKIE.iter().find(|(name, _)| *name == word.text) {
                    Some((_, true)) => {
                        words.next();
                    }
                    Some(_) => {}
                    None if filled(&word.text) => {}
                    None => {
                        say(word.span, &word.text, "a word of `cookie`: `insert`, `indirect`, `nocache`, ...", report);
                    }
                }
            }
        }
        "http-check" => {
            let Some(word) = line.value("status").filter(|_| line.after("http-check expect").is_some()) else { return };
            let code = |code: &str| code.parse::<u16>().is_ok_and(|code| (100..=599).contains(&code));
            let one =
                |part: &str| part.split_once('-').map_or_else(|| code(part), |(first, last)| code(first) && code(last));
            if !word.text.split(',').all(one) && !filled(&word.text) {
                say(word.span, &word.text, "a status: `200`, `200-399`", report);
            }
        }
        _ => {}
    }
}

/// What stands between commas that no bracket is around.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .filter(|item| !item.is_empty())
}
