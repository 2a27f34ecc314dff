//! What haproxy's and nginx' words mean.

use std::collections::HashMap;

use crate::manifest::{Directive, Haproxy, Line, Nginx, Section, Word};

/// A server of a backend, with what `default-server` says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server<'a> {
    pub(crate) line: &'a Line,
    section: &'a Section,
}

impl<'a> Server<'a> {
    pub(crate) fn name(&self) -> &'a str {
        self.line.words.get(1).map_or("", |word| &word.text)
    }

    pub(crate) fn address(&self) -> &'a str {
        self.line.words.get(2).map_or("", |word| &word.text)
    }

    /// The host and the port of its address; nothing where there is none.
    pub(crate) fn host_port(&self) -> (&'a str, Option<i64>) {
        host_port(self.address())
    }

    /// Whether it is told so, on its line or by default.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.value_line(word).is_some()
    }

    /// The value of a parameter.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Word> {
        self.value_line(key)?.value(key)
    }

    fn value_line(&self, key: &str) -> Option<&'a Line> {
        let section = self.section;
        let defaults = section.lines.iter().chain(section.defaults.iter()).rev();
        let defaults = defaults.filter(|line| line.after("default-server").is_some());
        std::iter::once(self.line).chain(defaults).find(|line| line.words.iter().skip(1).any(|it| it.text == key))
    }

    /// Whether requests ever come to it.
    pub(crate) fn serves(&self) -> bool {
        !self.line.has("disabled") && self.line.value("weight").is_none_or(|weight| weight.text != "0")
    }
}

/// The servers of a section.
pub(crate) fn servers(section: &Section) -> impl Iterator<Item = Server<'_>> {
    section.all("server").map(move |line| Server { line, section })
}

/// The host and the port of an address.
pub(crate) fn host_port(address: &str) -> (&str, Option<i64>) {
    match address.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.starts_with('[') => (host, port.parse().ok()),
        _ => (address, None),
    }
}

/// Whether an address that is listened at is for this host alone.
pub(crate) fn local(address: &str) -> bool {
    let (host, _) = host_port(address);
    let host = host.trim_start_matches("ipv4@").trim_start_matches("ipv6@").trim_matches(['[', ']']);
    host.starts_with("127.")
        || matches!(host, "localhost" | "::1")
        || address.starts_with("unix")
        || address.starts_with(['/', '$'])
        || ["abns@", "fd@", "sockpair@"].iter().any(|it| address.starts_with(it))
}

/// Whether a host is a name rather than an address.
pub(crate) fn named(host: &str) -> bool {
    host.contains(|c: char| c.is_ascii_alphabetic())
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        && !host.eq_ignore_ascii_case("localhost")
}

/// Whether the servers of a section are Redis': they are asked for their role, or called at its port.
pub(crate) fn is_redis(section: &Section) -> bool {
    let asked = section.lines.iter().any(|line| {
        let text = line.text();
        line.after("tcp-check").is_some() && (text.contains("replication") || text.contains("role:"))
            || line.after("option redis-check").is_some()
    });
    let mut servers = servers(section).peekable();
    servers.peek().is_some()
        && !section.is_http()
        && (asked || servers.all(|server| server.host_port().1 == Some(6379)))
}

/// The sections that send requests to each backend.
pub(crate) fn clients(config: &Haproxy) -> HashMap<&str, Vec<&Section>> {
    let mut clients: HashMap<&str, Vec<&Section>> = HashMap::new();
    for section in &config.sections {
        if section.kind.text == "listen" {
            clients.entry(&section.name).or_default().push(section);
        }
        for line in &section.lines {
            if matches!(line.words[0].text.as_str(), "default_backend" | "use_backend")
                && let Some(word) = line.words.get(1)
            {
                let sections = clients.entry(&word.text).or_default();
                // Once is enough.
                if sections.last().is_none_or(|last| last.kind.span != section.kind.span) {
                    sections.push(section);
                }
            }
        }
    }
    clients
}

/// What answers, or is meant to refuse, without a server.
const ANSWERS: &[&str] = &[
    "server",
    "server-template",
    "stats",
    "redirect",
    "errorfile",
    "errorloc",
    "errorloc302",
    "errorloc303",
    "http-error",
    "errorfiles",
    "dispatch",
    "monitor-uri",
    "use-fcgi-app",
    "stick-table",
];
/// Actions of rules that do.
const ACTIONS: &[&str] = &["return", "deny", "redirect", "tarpit", "reject", "silent-drop", "use-service", "auth"];

/// Whether something in a section answers what comes to it, or is meant to refuse it.
pub(crate) fn answers(section: &Section) -> bool {
    section.lines.iter().any(|line| {
        ANSWERS.contains(&line.words[0].text.as_str())
            || ACTIONS.iter().any(|action| line.after(&format!("http-request {action}")).is_some() || line.has(action))
    })
}

/// haproxy's time in milliseconds; without a unit it is those already.
pub(crate) fn haproxy_ms(text: &str) -> Option<f64> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: f64 = text[..at].parse().ok()?;
    let factor = match &text[at..] {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    Some(number * factor)
}

/// nginx' time in milliseconds; without a unit it is seconds. Several may stand together: `1m30s`.
pub(crate) fn nginx_ms(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let at = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: f64 = rest[..at].parse().ok()?;
        rest = &rest[at..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(rest.len());
        sum += number
            * match &rest[..end] {
                "" | "s" => 1000.0,
                "ms" => 1.0,
                "m" => 60_000.0,
                "h" => 3_600_000.0,
                "d" => 86_400_000.0,
                "w" => 604_800_000.0,
                "M" => 2_592_000_000.0,
                "y" => 31_536_000_000.0,
                _ => return None,
            };
        rest = rest[end..].trim_start();
    }
    (!text.is_empty()).then_some(sum)
}

/// The upstream's name, or the host, that something is passed to.
pub(crate) fn passed_to(directive: &Directive) -> &str {
    directive.argument(1).rsplit("://").next().unwrap_or_default().split('/').next().unwrap_or_default()
}

/// Whether a directive passes requests on.
pub(crate) fn passes(directive: &Directive) -> bool {
    matches!(directive.name(), "proxy_pass" | "grpc_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass")
}

/// The upstreams of a configuration.
pub(crate) fn upstreams(config: &Nginx) -> Vec<&Directive> {
    let mut found = Vec::new();
    config.each(&mut |_, it| {
        if it.name() == "upstream" {
            found.push(it);
        }
    });
    found
}
