//! A value that its program refuses.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{haproxy_ms, nginx_ms};
use super::super::{keywords, syntax, values};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Directive, Document, Line, Project, Section, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-value",
    severity: Severity::Error,
    about: "a value that its program refuses",
    docs: "Times, sizes, ports and names have forms of their own in haproxy, nginx, Redis and Compose, which do \
        not start with another.",
    on: true,
    bad: &[
        r#"backend web
    timeout server 10x
    server a 192.0.2.1:80
"#,
        r#"backend web
    balance leastcon
    server a 192.0.2.1:80
"#,
        r#"backend web
    retry-on conn-failure 509
    server a 192.0.2.1:80
"#,
        r#"backend web
    retry-on conn-failure none
    server a 192.0.2.1:80
"#,
        r#"backend web
    mode htttp
    server a 192.0.2.1:80
"#,
        r#"backend web
    server a 192.0.2.1 check
"#,
        r#"backend web
    server a 192.0.2.1:80800 check
"#,
        r#"http {
  proxy_read_timeout 10x;
}
"#,
        r#"http {
  upstream web { server 192.0.2.1 max_fails=x; }
}
"#,
        "http {\n  tcp_nopush yes;\n  client_max_body_size 10mb;\n  server { listen 80; ssl_protocols TLSv12; }\n}\n",
        "http {\n  server { listen 80; location ~ ^/old/(.*$ { return 30l; } if ($a == b) { return 404; } }\n}\n",
        "http {\n  upstream a { server http://192.0.2.1; server 192.0.2.2 max_fails = 3; }\n}\n",
        "appendonly yes\nprotected-mode yes\nmaxmemory-policy no-eviction\nmaxmemory 2gib\nloglevel info\n",
        r#"services:
  web:
    image: web:1
    mem_limit: 128q
"#,
        r#"services:
  web:
    image: web:1
    ports: ["80800:80"]
"#,
        r#"services:
  web:
    image: Shop/Web:1
"#,
        r#"name: Shop!
services:
  web:
    image: web:1
"#,
        r#"services:
  web:
    image: web:1
    healthcheck: { test: [CMD, a], interval: 10x }
"#,
    ],
    good: &[
        r#"backend web
    timeout server 10
    balance hdr(x) use_domain_only
    mode http
    retry-on conn-failure 0rtt-rejected 503 "$MORE"
    server a 192.0.2.1:80 check
    server b "$B":80 check
    server c 192.0.2.1 check port 80
"#,
        r#"http {
  proxy_read_timeout 1m30s;
  upstream web { server 192.0.2.1 max_fails=2 fail_timeout=5s; }
}
"#,
        r#"name: shop-1
services:
  web:
    image: "example.com:5000/shop/web:${TAG:-1}@sha256:0123"
    mem_limit: 1.5gb
    ports: ["8000-8010:80", "127.0.0.1::80", "${P}:80", "[::1]:80:80/udp"]
    stop_grace_period: 1m30s
"#,
    ],
    check: Check::Document(check),
};

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
/// Words of servers with values that are words.
const WORDS: &[(&str, &[&str])] = &[
    ("on-marked-down", &["shutdown-sessions"]),
    ("on-marked-up", &["shutdown-backup-sessions"]),
    ("on-error", &["fastinter", "fail-check", "sudden-death", "mark-down"]),
    ("observe", &["layer4", "layer7"]),
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

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Haproxy(config) => {
            for section in config
                .sections
                .iter()
                .filter(|section| matches!(section.kind.text.as_str(), "defaults" | "frontend" | "backend" | "listen"))
            {
                section.lines.iter().for_each(|line| haproxy(section, line, report));
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| nginx(around, it, report)),
        Document::Redis(config) => {
            for line in &config.lines {
                redis(line, report);
            }
        }
        Document::Compose(node) => compose(&Project::of(node), report),
        _ => {}
    }
}

fn say(span: Span, text: &str, form: &str, report: &mut Report<'_>) {
    report.find(span, format!("{} is not {form}", quoted(text)), format!("write {form}"));
}

const TIME: &str = "a time: a number and `ms`, `s`, `m`, `h` or `d`";
const PORT: &str = "a port from 1 to 65535";

/// Whether somebody else fills it in.
fn filled(text: &str) -> bool {
    text.contains(['$', '%', '{', '<'])
}

fn haproxy(section: &Section, line: &Line, report: &mut Report<'_>) {
    let second = line.words.get(1);
    match (line.words[0].text.as_str(), second) {
        ("timeout", Some(_)) => {
            if let Some(word) = line.words.get(2).filter(|it| haproxy_ms(&it.text).is_none() && !filled(&it.text)) {
                say(word.span, &word.text, TIME, report);
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
    let octets = host.split('.').collect::<Vec<_>>();
    let numbers =
        octets.len() == 4 && octets.iter().all(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    if numbers && host.parse::<std::net::Ipv4Addr>().is_err() {
        return say(address.span, text, "an address: its numbers are 0 to 255", report);
    }
    let number = port.map(|port| port.trim_start_matches(['+', '-']).parse::<u32>());
    match number {
        Some(Ok(number)) if number <= 65535 => {}
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

fn nginx(around: &[&Directive], it: &Directive, report: &mut Report<'_>) {
    let argument = it.argument(1);
    let kinds = values::nginx(it.name()).iter().map(|form| form.kind).find(|kind| !kind.is_empty());
    if let (Some(kind), 2, false) = (kinds, it.words.len(), filled(argument)) {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (fits, form) = match kind {
            "flag" => (matches!(argument, "on" | "off"), "`on` or `off`"),
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
    if it.name().ends_with("_next_upstream") {
        for word in it.words.iter().skip(1).filter(|word| !REASONS.contains(&word.text.as_str()) && !filled(&word.text))
        {
            say(word.span, &word.text, "a reason to ask another: `error`, `timeout`, `http_502`, ...", report);
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
    let words = || it.words.iter().skip(1).filter(|word| !filled(&word.text));
    let argument = it.argument(1);
    let number = |text: &str| text.parse::<u32>().is_ok();
    match it.name() {
        "ssl_protocols" | "proxy_ssl_protocols" => {
            for word in words().filter(|word| !PROTOCOLS.contains(&word.text.as_str())) {
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
        "proxy_pass" if !argument.contains("://") && !filled(argument) => {
            // Of other protocols it has none.
            if !around.iter().any(|block| block.name() == "stream")
                && around.iter().any(|block| block.name() == "location")
            {
                say(it.words[1].span, argument, "an address with its scheme: `http://`", report);
            }
        }
        "limit_req_zone" | "limit_conn_zone" | "proxy_cache_path" => {
            for word in words() {
                let size = |value: &str| {
                    value.split_once(':').is_some_and(|(name, size)| !name.is_empty() && !size.is_empty())
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

/// The address and the parameters of a server.
fn upstream_server(it: &Directive, report: &mut Report<'_>) {
    const KEYS: &[&str] = &["weight", "max_fails", "fail_timeout", "max_conns", "slow_start", "route", "service"];
    const ALONE: &[&str] = &["backup", "down", "resolve", "drain"];
    let address = it.argument(1);
    let port = address.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let wrong = address.contains("://") || address.contains('/') && !address.starts_with("unix:");
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
            say(word.span, &word.text, "a parameter of a server: `max_fails=2`, `backup`, ...", report);
        }
    }
}

/// What a program reads as a pattern has each bracket closed.
fn regex(word: Option<&crate::manifest::Word>, report: &mut Report<'_>) {
    let Some(word) = word.filter(|word| !word.text.contains("${")) else { return };
    let mut depth = 0_i32;
    let mut class = false;
    let mut signs = word.text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => drop(signs.next()),
            '[' if !class => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth -= 1,
            _ => {}
        }
    }
    if depth != 0 {
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

const PROTOCOLS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const LEVELS: &[&str] = &["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];
const FLAGS: &[&str] = &["last", "break", "redirect", "permanent"];

fn redis(line: &Line, report: &mut Report<'_>) {
    let (key, Some(value)) = (line.words[0].text.to_ascii_lowercase(), line.words.get(1)) else { return };
    let text = value.text.to_ascii_lowercase();
    if let Some(form) = values::redis(&key).filter(|_| line.words.len() == 2 && !filled(&text)) {
        let range = form.kind.strip_prefix("integer:").and_then(|range| range.split_once(".."));
        let range = range.and_then(|(first, last)| Some((first.parse::<i64>().ok()?, last.parse::<i64>().ok()?)));
        let problem = match (form.kind, form.kind.strip_prefix("one-of:")) {
            (_, Some(words)) if !words.split('|').any(|word| word == text) => {
                format!("one of `{}`", words.replace('|', "`, `"))
            }
            ("memory", _) if !memory(&text) => "an amount of memory: a number and `kb`, `mb` or `gb`".to_owned(),
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
    let switch = || text == "yes" || text == "no" || filled(&text) || key.starts_with("tls-auth");
    let form = match key.as_str() {
        "port" if text.parse::<u16>().is_err() && !filled(&text) => "a port from 0 to 65535",
        "appendfsync" if !["always", "everysec", "no"].contains(&text.as_str()) && !filled(&text) => {
            "one of `always`, `everysec` and `no`"
        }
        key if keywords::list("redis-switch").contains(&key) && !switch() => "`yes` or `no`",
        _ => return,
    };
    say(value.span, &value.text, form, report);
}

/// Amounts as Redis takes them; some are a share: `100%`.
fn memory(text: &str) -> bool {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    at > 0 && matches!(&text[at..], "" | "b" | "k" | "kb" | "m" | "mb" | "g" | "gb" | "%")
}

/// Sizes as Compose's go-units takes them.
fn size(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let number = lower.trim_end_matches('b').trim_end_matches('i').trim_end_matches(['k', 'm', 'g', 't', 'p']);
    lower == "-1" || number.trim().parse::<f64>().is_ok_and(|it| it >= 0.0) && lower.len() - number.len() <= 3
}

/// Durations as Go has them.
fn duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let at = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if at == 0 {
            return false;
        }
        let unit = &rest[at..];
        let Some(unit) = ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w"].iter().find(|it| unit.starts_with(**it))
        else {
            return false;
        };
        rest = &rest[at + unit.len()..];
    }
    !text.is_empty()
}

fn image(text: &str) -> bool {
    let name = text.split('@').next().unwrap_or_default();
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (name, "x"),
    };
    // A registry has a port or a point; any other part is in lowercase.
    let parts: Vec<&str> = path.split('/').collect();
    let host = parts.len() > 1 && (parts[0].contains(['.', ':']) || parts[0] == "localhost");
    let part = |part: &&str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
    };
    let tag = !tag.is_empty() && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    parts.iter().skip(usize::from(host)).all(part) && tag && tag_length(name)
}

fn tag_length(name: &str) -> bool {
    name.rsplit(':').next().unwrap_or_default().len() <= 128 || !name.contains(':')
}

/// A port, or a range of them.
fn ports(text: &str) -> bool {
    let port = |port: &str| port.parse::<u32>().is_ok_and(|port| port <= 65535);
    text.is_empty() || text.split_once('-').map_or_else(|| port(text), |(from, to)| port(from) && port(to))
}

fn compose(project: &Project<'_>, report: &mut Report<'_>) {
    let name = project.view.key("name");
    if let Some(text) = name.word() {
        let signs = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let good = text.chars().all(signs) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !filled(text) && !good {
            say(name.span(), text, "a project's name: lowercase letters, digits, `-` and `_`", report);
        }
    }
    for service in &project.services {
        let view = service.view;
        let mut judge = |value: View<'_>, good: fn(&str) -> bool, form: &str| {
            if let Some(text) = value.word().filter(|text| !filled(text) && !good(text)) {
                say(value.span(), text, form, report);
            }
        };
        judge(view.key("image"), image, "the name of an image: `host/path/name:tag` in lowercase");
        let limits = view.at("deploy.resources.limits.memory");
        let sizes = [
            view.key("mem_limit"),
            view.key("mem_reservation"),
            view.key("shm_size"),
            limits,
            view.key("memswap_limit"),
            view.at("deploy.resources.reservations.memory"),
        ];
        for value in sizes {
            judge(value, size, "a size: a number and `b`, `k`, `m` or `g`");
        }
        let policy = |text: &str| {
            matches!(text, "no" | "always" | "unless-stopped" | "on-failure" | "false")
                || text.strip_prefix("on-failure:").is_some_and(|times| times.parse::<u32>().is_ok())
        };
        judge(view.key("restart"), policy, "one of `unless-stopped`, `always`, `on-failure` and `no`");
        let check = view.key("healthcheck");
        if let Some(first) = check.key("test").items().next() {
            let begins = |text: &str| matches!(text, "CMD" | "CMD-SHELL" | "NONE");
            judge(first, begins, "how a test begins: `CMD`, `CMD-SHELL` or `NONE`");
        }
        let keys = ["interval", "timeout", "start_period", "start_interval"].map(|key| check.key(key));
        for value in keys.into_iter().chain([view.key("stop_grace_period")]) {
            // A number is of another type, which the schema says.
            if value.text().is_some() {
                judge(value, duration, "a time: a number and `ms`, `s`, `m` or `h`");
            }
        }
        for port in view.key("ports").items() {
            let good = |text: &str| {
                let text = text.split('/').next().unwrap_or_default();
                let mut parts = text.rsplitn(3, ':');
                if text.matches(':').count() > 2 && !text.starts_with('[') {
                    return false;
                }
                parts.next().is_some_and(|it| !it.is_empty() && ports(it)) && parts.next().is_none_or(ports)
            };
            judge(port, good, PORT);
            judge(port.key("published"), ports, PORT);
            judge(port.key("target"), ports, PORT);
        }
    }
}
