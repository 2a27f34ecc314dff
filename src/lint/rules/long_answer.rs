//! A balancer that waits very long for an answer.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{haproxy_ms, nginx_ms};
use crate::diagnostic::{Severity, Span};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "long-answer",
    severity: Severity::Info,
    about: "a balancer that waits very long for an answer",
    docs: "A server that hangs holds each request for as long. What a good answer takes, and a few times that, \
        is enough; connections that stay (WebSocket) have `timeout tunnel` in haproxy, and a `location` of \
        their own in nginx.",
    on: true,
    bad: &[
        r#"backend web
    mode http
    timeout server 1h
    server a 192.0.2.1:80
"#,
        r#"http {
  proxy_read_timeout 3600s;
}
"#,
    ],
    good: &[
        r#"backend web
    mode tcp
    timeout server 24h
    server a 192.0.2.1:80
"#,
        r#"backend web
    mode http
    timeout server 1m
    timeout tunnel 1h
    server a 192.0.2.1:80
"#,
        r#"http {
  server { location /ws { proxy_set_header Upgrade $http_upgrade; proxy_read_timeout 3600s; } }
}
"#,
    ],
    check: Check::Document(check),
};

const MOST: f64 = 600_000.0;

fn check(document: &Document, report: &mut Report<'_>) {
    let mut judge = |span: Span, time: Option<f64>| {
        if let Some(time) = time.filter(|time| *time > MOST) {
            let message = format!("a server that hangs holds each request for {:.0} minutes", time / 60_000.0);
            report.find(span, message, "wait as long as a good answer takes, and a few times that");
        }
    };
    match document {
        Document::Haproxy(config) => {
            for section in config.sections.iter().filter(|section| section.is_http()) {
                for line in section.all("timeout server") {
                    judge(line.span(), line.words.get(2).and_then(|word| haproxy_ms(&word.text)));
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| {
            let stays = around.iter().any(|block| {
                block
                    .block
                    .iter()
                    .any(|it| it.name() == "proxy_set_header" && it.argument(1).eq_ignore_ascii_case("upgrade"))
                    || block.name() == "stream"
            });
            if matches!(it.name(), "proxy_read_timeout" | "fastcgi_read_timeout" | "uwsgi_read_timeout") && !stays {
                judge(it.words[0].span, nginx_ms(it.argument(1)));
            }
        }),
        _ => {}
    }
}
