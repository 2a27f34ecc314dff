//! A word of an expression or of a rule that haproxy does not have.

use super::super::api::{Check, Report, Rule};
use super::super::{keywords, syntax, values};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Haproxy, Line, Section, Word};

pub(super) const RULE: Rule = Rule {
    id: "unknown-expression",
    severity: Severity::Error,
    about: "a word of an expression or of a rule that haproxy does not have",
    docs: "haproxy does not start with a condition that it cannot read: what is fetched (`path_beg`), what converts it, \
        what a rule does, and what a check expects are words of its own.",
    on: true,
    bad: &[
        "frontend a\n    bind :80\n    acl api path_begin /api\n    default_backend b\nbackend b\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    bind :80\n    http-request set-headr X y\n    default_backend b\nbackend b\n    server a 192.0.2.1:80 check\n",
        "backend b\n    option httpchk\n    http-check expect stauts 200\n    server a 192.0.2.1:80 check\n",
        "backend b\n    stick-table type ipp size 1m\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    bind :80\n    acl api path_reg ^/api/(\n    acl in src 10.0.0.0/33\n    default_backend b\nbackend b\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    bind :80\n    acl api path_beg /api\n    use_backend b api\n    default_backend b\nbackend b\n    server a 192.0.2.1:80 check\n",
    ],
    good: &[
        "frontend a\n    bind :80\n    acl api path_beg -i /api\n    acl host hdr(host),lower -m end .example.com\n    acl in src 10.0.0.0/8 192.0.2.1\n    acl re path_reg ^/api/(a|b)$\n    acl lua lua.mine(x) 1\n    http-request set-header X %[req.hdr(host),lower]\n    http-request lua.act\n    use_backend b if api host\n    use_backend %[var(txn.b)]\n    default_backend b\nbackend b\n    option httpchk\n    http-check expect ! rstatus ^5\n    stick-table type ipv6 size 1m\n    server a 192.0.2.1:80 check\n",
    ],
    check: Check::Haproxy(check),
};

const TYPES: &[&str] = &["ip", "ipv4", "ipv6", "integer", "string", "binary"];
const EXPECTED: &[&str] = &[
    "status",
    "rstatus",
    "string",
    "rstring",
    "string-lf",
    "hdr",
    "fhdr",
    "comment",
    "min-recv",
    "ok-status",
    "error-status",
    "tout-status",
    "on-success",
    "on-error",
    "status-code",
    "binary",
    "rbinary",
    "binary-lf",
    "name",
    "value",
    "full",
    "!",
];
const RULES: &[&str] = &["http-request", "http-response", "http-after-response", "tcp-request", "tcp-response"];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        if !matches!(section.kind.text.as_str(), "defaults" | "frontend" | "backend" | "listen") {
            continue;
        }
        section.lines.iter().for_each(|line| judge(section, line, report));
    }
}

fn say(word: &Word, what: &str, mend: String, report: &mut Report<'_>) {
    report.find(word.span, format!("{} is no {what}", quoted(&word.text)), mend);
}

fn filled(text: &str) -> bool {
    text.contains(['$', '%', '"'])
}

fn judge(section: &Section, line: &Line, report: &mut Report<'_>) {
    let first = line.words[0].text.as_str();
    match first {
        "acl" => {
            if let Some(word) = line.words.get(2) {
                fetch(word, report);
                values_of(word, &line.words[3..], report);
            }
        }
        "stick-table" => {
            if let Some(word) = line.value("type").filter(|word| !TYPES.contains(&word.text.as_str())) {
                say(word, "type of a table", format!("write one of `{}`", TYPES.join("`, `")), report);
            }
        }
        "use_backend" => {
            let condition = line.words.get(2).filter(|word| !matches!(word.text.as_str(), "if" | "unless"));
            if let Some(word) = condition {
                let acl = section
                    .lines
                    .iter()
                    .any(|it| it.after("acl").is_some_and(|rest| rest.first().is_some_and(|it| it.text == word.text)));
                let mend = if acl { "write `if` before it" } else { "write `if` and a condition" };
                say(word, "word of this rule", mend.to_owned(), report);
            }
        }
        "http-check" | "tcp-check" if line.after(&format!("{first} expect")).is_some() => {
            let pattern = line.words.iter().skip(2).find(|word| word.text != "!" && !word.text.contains('='));
            let Some(word) = pattern else { return };
            let name = word.text.trim_start_matches('!');
            if !EXPECTED.contains(&name) && !filled(name) && line.words.len() > 2 {
                let near = keywords::near(name, EXPECTED.iter().copied());
                if let Some(near) = near {
                    say(word, "thing to expect", format!("did you mean `{near}`?"), report);
                }
            }
        }
        _ if RULES.contains(&first) => {
            let at = if first.starts_with("tcp") { 2 } else { 1 };
            let Some(word) = line.words.get(at) else { return };
            let name = word.text.split('(').next().unwrap_or_default();
            let list = values::list("haproxy-action");
            // The counters have numbers: `track-sc0`.
            let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let known = list.contains(&name) || list.contains(&numbered) || filled(name) || name.starts_with("lua.");
            if let Some(near) = keywords::near(name, list.iter().copied()).filter(|_| !known) {
                say(word, "action", format!("did you mean `{near}`?"), report);
            }
        }
        _ => {}
    }
    inline(line, report);
}

/// Conditions that stand in the line itself, between braces.
fn inline(line: &Line, report: &mut Report<'_>) {
    let mut opens = None;
    for (at, word) in line.words.iter().enumerate() {
        match word.text.as_str() {
            "{" | "!{" => {
                opens = Some(word);
                if let Some(word) = line.words.get(at + 1) {
                    fetch(word, report);
                    let end =
                        line.words.iter().skip(at).position(|it| it.text == "}").map_or(line.words.len(), |it| at + it);
                    values_of(word, line.words.get(at + 2..end).unwrap_or_default(), report);
                }
            }
            "}" => opens = None,
            _ => {}
        }
    }
    if let Some(word) = opens.filter(|_| line.has("if") || line.has("unless")) {
        say(word, "whole condition: nothing closes it", "write `}` behind it, with a blank between".to_owned(), report);
    }
}

/// What is fetched, and what converts it.
fn fetch(word: &Word, report: &mut Report<'_>) {
    let name = word.text.split(['(', ',', ' ']).next().unwrap_or_default();
    let list = values::list("haproxy-fetch");
    if filled(name) || name.starts_with("lua.") || name.is_empty() || list.contains(&name) {
        return;
    }
    let word = Word { text: name.to_owned(), span: word.span };
    match keywords::near(name, list.iter().copied()) {
        Some(near) => say(&word, "thing to fetch", format!("did you mean `{near}`?"), report),
        // A newer haproxy may know it.
        None if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')) => {
            say(&word, "thing to fetch of haproxy 2.6 to 3.2", "correct it, or remove it".to_owned(), report);
            report.soften();
        }
        None => {}
    }
}

/// Patterns and addresses that a condition compares with.
fn values_of(criterion: &Word, words: &[Word], report: &mut Report<'_>) {
    let name = criterion.text.split(['(', ',']).next().unwrap_or_default();
    let plain = words.iter().filter(|word| !word.text.starts_with('-') && !filled(&word.text));
    let files = words.iter().any(|word| matches!(word.text.as_str(), "-f" | "-m" | "-M"));
    if files {
        return;
    }
    if name.ends_with("_reg") {
        for word in plain.filter(|word| syntax::open_brackets(&word.text) != 0) {
            say(word, "pattern: it has a bracket that nothing closes", "close it, or write `\\(`".to_owned(), report);
        }
    } else if name == "src" || name == "dst" {
        for word in plain.filter(|word| word.text.contains('/') && !syntax::cidr(&word.text)) {
            say(word, "block of addresses", "write it as `10.0.0.0/8`".to_owned(), report);
        }
    }
}
