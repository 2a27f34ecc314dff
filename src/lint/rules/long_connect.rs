//! A balancer that waits long for a connection.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{haproxy_ms, nginx_ms};
use crate::diagnostic::{Severity, Span};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "long-connect",
    severity: Severity::Warning,
    about: "a balancer that waits long for a connection",
    docs: "A server that is gone without a word is waited for, by every request and again at every retry, \
        before another is asked. A connection on a local network takes milliseconds: 1 s is plenty, and more \
        than 10 s helps nobody.",
    on: true,
    bad: &[
        r#"defaults
    mode http
    timeout connect 60s
backend web
    server a 192.0.2.1:80
"#,
        r#"http {
  proxy_connect_timeout 60s;
  server { location / { proxy_pass http://web; } }
}
"#,
    ],
    good: &[
        r#"defaults
    mode http
    timeout connect 10s
backend web
    server a 192.0.2.1:80
"#,
        r#"http {
  proxy_connect_timeout 5s;
  server { location / { proxy_pass http://web; } }
}
"#,
    ],
    check: Check::Document(check),
};

const MOST: f64 = 10_000.0;

fn check(document: &Document, report: &mut Report<'_>) {
    let mut judge = |span: Span, milliseconds: Option<f64>| {
        if let Some(long) = milliseconds.filter(|it| *it > MOST) {
            let message = format!("a server that is gone is waited for {:.0} s before another is asked", long / 1000.0);
            report.find(span, message, "wait 1 s");
        }
    };
    match document {
        Document::Haproxy(config) => {
            let connects = |it: &&crate::manifest::Section| it.has_servers() || it.kind.text == "defaults";
            for line in config.sections.iter().filter(connects).flat_map(|section| section.all("timeout connect")) {
                judge(line.span(), line.words.get(2).and_then(|word| haproxy_ms(&word.text)));
            }
        }
        Document::Nginx(config) => config.each(&mut |_, it| {
            if it.name().ends_with("_connect_timeout") && it.argument(1) != "0" {
                judge(it.words[0].span, nginx_ms(it.argument(1)));
            }
        }),
        _ => {}
    }
}
