//! A name or an address that is given twice.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "listed-twice",
    severity: Severity::Error,
    about: "a name or an address that is given twice",
    docs: "haproxy refuses a second proxy or server of a name, and nginx a second upstream, or a second \
        `listen` at one address in a server.",
    on: true,
    bad: &[
        r#"backend a
    server x 192.0.2.1:80
    server x 192.0.2.2:80
"#,
        r#"backend a
    server x 192.0.2.1:80
backend a
    server y 192.0.2.1:80
"#,
        "resolvers d\n    nameserver a 192.0.2.1:53\n    nameserver a 192.0.2.2:53\nbackend b\n    server a 192.0.2.1:80 check\n",
        "peers p\n    peer a 192.0.2.1:1024\n    peer a 192.0.2.2:1024\nbackend b\n    server a 192.0.2.1:80 check\n",
        r#"http {
  upstream a { server 192.0.2.1; }
  upstream a { server 192.0.2.2; }
}
"#,
        r#"http {
  server { listen 80; listen 80; }
}
"#,
    ],
    good: &[
        r#"frontend a
    bind :80
    bind :::80
backend a
    server x 192.0.2.1:80
backend b
    server x 192.0.2.1:80
"#,
        r#"http {
  server { listen 80; listen [::]:80; server_name a; }
  server { listen 80; server_name b; }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let mut twice = |span: Span, what: &str, name: &str, seen: bool| {
        if seen {
            let help = "remove one of them, or give it a name or address of its own";
            report.find(span, format!("the {what} {} is given twice", quoted(name)), help);
        }
    };
    match document {
        // Of the arms of a condition one is read.
        Document::Haproxy(config) if config.is_conditional() => {}
        Document::Haproxy(config) => {
            let mut names = HashSet::new();
            for section in &config.sections {
                let kind = section.kind.text.as_str();
                // A `listen` is a frontend and a backend.
                let kinds: &[&str] = if kind == "listen" { &["frontend", "backend"] } else { &[kind] };
                if matches!(kind, "frontend" | "backend" | "listen") && !section.name.contains('$') {
                    let seen = kinds.iter().filter(|kind| !names.insert((**kind, section.name.as_str()))).count() > 0;
                    twice(section.kind.span, kind, &section.name, seen);
                }
                let inside: &[&str] = match kind {
                    "resolvers" => &["nameserver"],
                    "peers" => &["peer", "server"],
                    "userlist" => &["user"],
                    "mailers" => &["mailer"],
                    _ => &["server"],
                };
                let mut servers = HashSet::new();
                let named = section.lines.iter().filter(|line| inside.contains(&line.words[0].text.as_str()));
                for line in named {
                    let Some(name) = line.words.get(1) else { continue };
                    twice(name.span, &line.words[0].text, &name.text, !servers.insert(name.text.as_str()));
                }
            }
        }
        Document::Nginx(config) => {
            let mut names = HashSet::new();
            config.each(&mut |_, it| match it.name() {
                "upstream" => twice(it.words[0].span, "upstream", it.argument(1), !names.insert(it.argument(1))),
                "server" => {
                    let mut listens = HashSet::new();
                    for listen in it.all("listen") {
                        let key = listen.argument(1);
                        let seen = !listens.insert((
                            key,
                            listen.words.iter().any(|word| word.text == "udp"),
                            listen.words.iter().any(|word| word.text == "quic"),
                        ));
                        twice(listen.words[0].span, "address", key, seen);
                    }
                }
                _ => {}
            });
        }
        _ => {}
    }
}
