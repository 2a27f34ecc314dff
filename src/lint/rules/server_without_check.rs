//! A server that haproxy never asks whether it is there.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Haproxy, Line, Word};

pub(super) const RULE: Rule = Rule {
    id: "server-without-check",
    severity: Severity::Error,
    about: "a server that haproxy never asks whether it is there",
    docs: "It gets requests for as long as it is in the configuration. `check` on the line, or on `default-server`, \
        asks it; in HTTP `option httpchk` asks for an answer.",
    on: true,
    bad: &[r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80
    server b 192.0.2.2:80 check
"#],
    good: &[
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    default-server check inter 1s
    server a 192.0.2.1:80
    server b 192.0.2.2:80
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 track x/a
"#,
    ],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        // What takes logs is not asked: a check connects, and logs mostly come without connections.
        if section.setting("mode").is_some_and(|(_, rest)| rest.first().is_some_and(|word| word.text == "log")) {
            continue;
        }
        // What a section says of its servers holds for those behind it.
        let says = |line: &&Line| line.after("default-server").is_some() && line.has("check");
        let above = section.defaults.iter().any(|line| says(&line));
        let from = section.lines.iter().find(says).map(|line| line.span().start);
        // One alone is asked by its requests; there is nobody to ask instead.
        let several = section.all("server").count() > 1;
        for line in section.all("server").filter(|_| several) {
            let by_default = above || from.is_some_and(|from| from < line.span().start);
            let checked =
                (line.has("check") || by_default && !line.has("no-check")) || line.has("track") || line.has("disabled");
            if !checked {
                let name = line.words.get(1).map_or("", |word| &word.text);
                let what = format!("{} of `{}` is never asked whether it is there", quoted(name), section.name);
                // A check has to know where to connect to.
                let address = line.words.get(2).map_or("", |word| &word.text);
                let ported = address.contains([':', '@', '/', '$', '%']) || line.has("port");
                let refused = line.words.iter().find(|word| word.text == "no-check");
                report.find(
                    line.span(),
                    what,
                    match refused {
                        Some(_) => "write `check` for `no-check`",
                        None if ported => "add `check`",
                        None => "add `check`, and `port` with the one that it asks",
                    },
                );
                if refused.is_some() || !ported {
                    continue;
                }
                // What stands behind a quote that nothing closes would be inside of it.
                let plain = |word: &&Word| word.text.len() == (word.span.end - word.span.start) as usize;
                if let Some(end) = line.words.last().filter(plain).map(|word| word.span) {
                    report.fix(Span { start: end.end, ..end }, " check");
                }
            }
        }
    }
}
