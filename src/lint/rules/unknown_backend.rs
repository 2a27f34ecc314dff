//! Requests that go to a backend that is not there.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{named, passed_to, passes, upstreams};
use crate::diagnostic::{Severity, did_you_mean, quoted};
use crate::manifest::{Document, Haproxy, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "unknown-backend",
    severity: Severity::Error,
    about: "requests that go to a backend that is not there",
    docs: "haproxy does not start, and nginx takes the name for a host, which it does not find. Write the name \
        as the backend has it.",
    on: true,
    bad: &[
        r#"frontend web
    bind :80
    default_backend wbe
backend web
    server a 192.0.2.1:80
"#,
        r#"http {
  upstream backend { server 192.0.2.1:80; }
  server { location / { proxy_pass http://bakend; } }
}
"#,
    ],
    good: &[
        r#"frontend web
    bind :80
    use_backend %[req.hdr(host)]
    default_backend web
backend web
    server a 192.0.2.1:80
"#,
        r#"http {
  upstream backend { server 192.0.2.1:80; }
  server { location / { proxy_pass http://backend; } location /b { proxy_pass http://elsewhere.example; } }
}
"#,
        r#"frontend web
    bind :80
    default_backend web
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Haproxy(config) => haproxy(config, report),
        Document::Nginx(config) => nginx(config, report),
        _ => {}
    }
}

/// Names among which a near one is looked for.
const MOST: usize = 200;

fn haproxy(config: &Haproxy, report: &mut Report<'_>) {
    let backends: HashSet<&str> = config
        .sections
        .iter()
        .filter(|section| matches!(section.kind.text.as_str(), "backend" | "listen"))
        .map(|section| section.name.as_str())
        .collect();
    // Where there is none, they are in another file.
    for line in config.sections.iter().flat_map(|section| &section.lines).filter(|_| !backends.is_empty()) {
        let Some(word) = line.words.get(1) else { continue };
        let sends = matches!(line.words[0].text.as_str(), "default_backend" | "use_backend");
        if sends && !backends.contains(word.text.as_str()) && !word.text.contains(['%', '$']) {
            let near = did_you_mean(&word.text, backends_in_order(config).take(MOST));
            let help = near.map_or("add it, or name one that is there".to_owned(), |near| format!("write `{near}`"));
            report.find(word.span, format!("there is no backend {}", quoted(&word.text)), help);
        }
    }
}

fn backends_in_order(config: &Haproxy) -> impl Iterator<Item = &str> {
    config.sections.iter().filter(|it| it.kind.text == "backend").map(|it| it.name.as_str())
}

fn nginx(config: &Nginx, report: &mut Report<'_>) {
    let names: HashSet<&str> = upstreams(config).iter().map(|upstream| upstream.argument(1)).collect();
    // Among so many names two are near each other by chance.
    if names.len() > MOST {
        return;
    }
    let mut passing = Vec::new();
    config.each(&mut |_, it| {
        if passes(it) {
            passing.push(it);
        }
    });
    let mut sorted: Vec<&str> = names.iter().copied().collect();
    sorted.sort_unstable();
    for directive in passing {
        let name = passed_to(directive);
        // Any other name may be a host's.
        let near = |other: &&str| {
            name.len() >= 3 && other.len().abs_diff(name.len()) <= 1 && strsim::damerau_levenshtein(name, other) == 1
        };
        let digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
        if !named(name) || names.contains(name) || digits(name) {
            continue;
        }
        if let Some(other) = sorted.iter().find(|it| near(it) && !digits(it)) {
            report.find(
                directive.words[1].span,
                format!("there is no upstream {}, and nginx looks for a host of that name", quoted(name)),
                format!("write `{other}`"),
            );
        }
    }
}
