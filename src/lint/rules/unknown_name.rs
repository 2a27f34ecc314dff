//! A condition, or a section, that is not there.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Haproxy, Word};

pub(super) const RULE: Rule = Rule {
    id: "unknown-name",
    severity: Severity::Error,
    about: "a condition, or a section, that is not there",
    docs: "haproxy does not start with an `acl` in a condition, `resolvers`, or a server of `use-server` that \
        nothing defines.",
    on: true,
    bad: &[
        r#"frontend web
    bind :80
    use_backend b if is_api
backend b
    server a 192.0.2.1:80
"#,
        r#"backend b
    server a web:80 resolvers dns
resolvers sdn
    nameserver a 192.0.2.53:53
"#,
        r#"backend b
    use-server c if TRUE
    server a 192.0.2.1:80
"#,
    ],
    good: &[
        r#"frontend web
    bind :80
    acl is_api path_beg /api
    use_backend b if is_api !{ ssl_fc } || METH_POST
    http-request set-header X if unless TRUE
backend b
    server a 192.0.2.1:80
"#,
        r#"backend b
    use-server a if { src 10.0.0.0/8 }
    server a web:80 resolvers dns
resolvers dns
    nameserver a 192.0.2.53:53
"#,
    ],
    check: Check::Haproxy(check),
};

/// Lines that end with a condition.
const CONDITIONED: &[&str] =
    &["use_backend", "use-server", "http-request", "http-response", "tcp-request", "redirect", "block", "monitor"];
/// Conditions that haproxy has by itself.
const OWN: &[&str] =
    &["TRUE", "FALSE", "HTTP", "LOCALHOST", "RDP_COOKIE", "REQ_CONTENT", "WAIT_END", "or", "||", "and", "HTTP_CONTENT"];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let resolvers: HashSet<&str> =
        config.sections.iter().filter(|it| it.kind.text == "resolvers").map(|it| it.name.as_str()).collect();
    let mut say = |word: &Word, what: &str| {
        if !word.text.contains(['$', '{', '%']) {
            report.find(word.span, format!("there is no {what} {}", quoted(&word.text)), "add it, or write its name");
        }
    };
    let called = |kind: &str| -> HashSet<&str> {
        config.sections.iter().filter(|it| it.kind.text == kind).map(|it| it.name.as_str()).collect()
    };
    let tabled = config.sections.iter().filter(|it| it.all("stick-table").next().is_some());
    let tables: HashSet<&str> = tabled.map(|it| it.name.as_str()).collect();
    let (users, peers, named_defaults) = (called("userlist"), called("peers"), called("defaults"));
    let proxies: HashSet<&str> = config
        .sections
        .iter()
        .filter(|it| matches!(it.kind.text.as_str(), "frontend" | "backend" | "listen"))
        .map(|it| it.name.as_str())
        .collect();
    for section in &config.sections {
        if let Some(word) = section.from.as_ref().filter(|word| !named_defaults.contains(word.text.as_str())) {
            say(word, "section `defaults`");
        }
        for line in &section.lines {
            for word in &line.words {
                let list = ["http_auth(", "http_auth_group("].iter().find_map(|it| word.text.split_once(it));
                let name = list.and_then(|(_, rest)| rest.split([')', ',']).next());
                // Where there is none at all, they are in another file.
                if let Some(name) = name.filter(|name| !users.is_empty() && !users.contains(name)) {
                    say(&Word { text: name.to_owned(), span: word.span }, "section `userlist`");
                }
            }
            let first = line.words[0].text.as_str();
            let synced = line.value("peers").filter(|_| first == "stick-table");
            if let Some(word) = synced.filter(|word| !peers.contains(word.text.as_str())) {
                say(word, "section `peers`");
            }
            let followed = line.value("track").filter(|_| matches!(first, "server" | "default-server"));
            if let Some(word) = followed {
                let (of, server) = word.text.split_once('/').unwrap_or((section.name.as_str(), &word.text));
                let other = config.sections.iter().find(|it| it.name == of && it.kind.text != "frontend");
                let has = other.is_some_and(|it| {
                    it.lines.iter().any(|line| line.words.get(1).is_some_and(|word| word.text == server))
                });
                if !has {
                    say(word, "server");
                }
            }
            let track = line.words.iter().any(|word| word.text.starts_with("track-sc"));
            if let Some(word) = line.value("table").filter(|_| track) {
                let of_peers = word.text.split_once('/').is_some_and(|(section, _)| peers.contains(section));
                if !of_peers && !tables.contains(word.text.as_str()) {
                    say(word, "`stick-table` of");
                }
            }
            let table = if first == "stick" { line.value("table").map(|word| word.text.as_str()) } else { None };
            let tabled = |name: &str| tables.contains(name);
            let own = table.unwrap_or(section.name.as_str());
            if first == "stick" && !tabled(own) && (table.is_none() || proxies.contains(own)) {
                let word = Word { text: own.to_owned(), span: line.words[0].span };
                say(&word, "`stick-table` of");
            }
        }
        let named = |lines: &'static str| -> HashSet<&str> {
            let all =
                section.lines.iter().chain(section.defaults.iter()).filter(move |line| line.words[0].text == lines);
            all.filter_map(|line| Some(line.words.get(1)?.text.as_str())).collect()
        };
        let (conditions, servers) = (named("acl"), named("server"));
        let templates = section.all("server-template").next().is_some();
        for line in &section.lines {
            let first = line.words[0].text.as_str();
            // Where there is none at all, they are in another file.
            let asks = matches!(first, "server" | "default-server") && !resolvers.is_empty();
            let section = line.value("resolvers").filter(|_| asks);
            if let Some(word) = section.filter(|word| !resolvers.contains(word.text.as_str())) {
                say(word, "section `resolvers`");
            }
            let server = line.words.get(1).filter(|_| first == "use-server" && !templates);
            if let Some(word) = server.filter(|word| !servers.contains(word.text.as_str())) {
                say(word, "server");
            }
            if !CONDITIONED.contains(&first) {
                continue;
            }
            let Some(at) = line.words.iter().rposition(|it| matches!(it.text.as_str(), "if" | "unless")) else {
                continue;
            };
            let mut inside = false;
            for word in &line.words[at + 1..] {
                let text = word.text.trim_start_matches('!');
                match text {
                    "{" => inside = true,
                    "}" => inside = false,
                    "" => {}
                    _ if inside || text.starts_with('{') || text.ends_with('}') => {}
                    _ if OWN.contains(&text) || text.starts_with("METH_") || text.starts_with("HTTP_") => {}
                    _ if conditions.contains(text) => {}
                    _ => say(word, "`acl`"),
                }
            }
        }
    }
}
