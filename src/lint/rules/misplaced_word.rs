//! A word where its program does not take it.

use super::super::api::{Check, Report, Rule};
use super::super::{keywords, values};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Document, Haproxy, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "misplaced-word",
    severity: Severity::Error,
    about: "a word where its program does not take it",
    docs: "nginx and haproxy know a word in some blocks and sections alone: elsewhere nginx does not start, and haproxy \
        refuses it or passes over it with a warning.",
    on: true,
    bad: &[
        "events {\n  server_tokens off;\n}\nhttp {\n  server { listen 80; }\n}\n",
        "http {\n  server { listen 80; location / { listen 81; } }\n}\n",
        "http {\n  server { listen 80; upstream a { server 192.0.2.1; } }\n}\n",
        "events {\n}\ngzip on;\nhttp {\n  server { listen 80; }\n}\n",
        "defaults\n    nbthread 4\nbackend a\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    bind :80\n    server x 192.0.2.1:80 check\n",
        "backend a\n    bind :9000\n    server a 192.0.2.1:80 check\n",
    ],
    good: &[
        "events {\n  worker_connections 1024;\n}\nhttp {\n  map $a $b { default 1; }\n  upstream a { server 192.0.2.1; }\n  server { listen 80; location / { if ($a) { return 404; } proxy_pass http://a; } }\n}\nstream {\n  server { listen 81; proxy_pass a; }\n}\n",
        "server {\n  listen 80;\n}\n",
        "defaults\n    timeout connect 1s\n    balance leastconn\nfrontend a\n    bind :80\n    default_backend a\nbackend a\n    balance leastconn\n    server a 192.0.2.1:80 check\nlisten b\n    bind :81\n    server a 192.0.2.1:80 check\n",
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Nginx(config) => nginx(config, report),
        Document::Haproxy(config) => haproxy(config, report),
        _ => {}
    }
}

/// The letter of the block that a directive stands in, as `schemas/values.txt` has them; `None` where it is not known.
pub(super) fn context(around: &[&Directive], part: bool) -> Option<char> {
    let names: Vec<&str> = around.iter().map(|it| it.name()).collect();
    // Those of other protocols have words of their own.
    if names.iter().any(|name| matches!(*name, "stream" | "mail")) {
        return None;
    }
    match names.as_slice() {
        [] => (!part).then_some('m'),
        [.., "events"] => Some('e'),
        [.., "http"] => Some('h'),
        // A server of a part may be another protocol's.
        ["server", ..] if part && names.len() == 1 => None,
        [.., "server"] => Some('s'),
        [.., "location"] => Some('l'),
        [.., "upstream"] => Some('u'),
        [.., "limit_except"] => Some('x'),
        [.., "location", "if"] => Some('i'),
        [.., "server", "if"] => Some('f'),
        _ => None,
    }
}

fn words_for(letter: char) -> &'static str {
    match letter {
        'm' => "outside of all blocks",
        'e' => "in `events`",
        'h' => "in `http`",
        's' => "in `server`",
        'l' => "in `location`",
        'u' => "in `upstream`",
        'x' => "in `limit_except`",
        _ => "in `if`",
    }
}

fn nginx(config: &Nginx, report: &mut Report<'_>) {
    let part = config.is_part() && !config.directives.iter().any(|it| it.name() == "http");
    config.each(&mut |around, it| {
        let forms = values::nginx(it.name());
        let Some(here) = context(around, part).filter(|_| !forms.is_empty()) else { return };
        if !forms.iter().any(|form| form.contexts.contains(here)) {
            let places: Vec<&str> = "mehslu"
                .chars()
                .filter(|letter| forms.iter().any(|it| it.contexts.contains(*letter)))
                .map(words_for)
                .collect();
            report.find(
                it.words[0].span,
                format!("{} may not stand {}", quoted(it.name()), words_for(here)),
                format!("write it {}", places.join(" or ")),
            );
        }
    });
}

/// What only sections take that clients come to, and only those that have servers.
const FRONTEND: &[&str] =
    &["bind", "use_backend", "default_backend", "monitor-uri", "unique-id-format", "unique-id-header"];
/// What haproxy once took everywhere.
const GLOBAL: &[&str] = &["nbthread", "nbproc"];
const BACKEND: &[&str] = &[
    "server",
    "server-template",
    "default-server",
    "balance",
    "cookie",
    "dispatch",
    "fullconn",
    "hash-type",
    "http-check",
    "tcp-check",
    "http-reuse",
    "retries",
    "retry-on",
    "use-server",
    "stick",
];

fn haproxy(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        let kind = section.kind.text.as_str();
        let (refused, other) = match kind {
            "frontend" => (BACKEND, "a `backend`"),
            "backend" => (FRONTEND, "a `frontend`"),
            "defaults" | "listen" => (&[][..], ""),
            _ => continue,
        };
        for line in &section.lines {
            let word = &line.words[0];
            if refused.contains(&word.text.as_str()) {
                let what = format!("{} does nothing in a `{kind}`", quoted(&word.text));
                report.find(word.span, what, format!("move it to {other}"));
            } else if GLOBAL.contains(&word.text.as_str())
                || keywords::known("haproxy-global", &word.text) && !keywords::known("haproxy-proxy", &word.text)
            {
                let what = format!("{} stands in `global` alone", quoted(&word.text));
                report.find(word.span, what, "move it to `global`");
            }
        }
    }
}
