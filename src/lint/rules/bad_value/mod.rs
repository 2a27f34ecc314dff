//! A value that its program refuses.

mod compose;
mod haproxy;
mod nginx;
mod redis;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Document, Project};

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
fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Haproxy(config) => {
            for section in config
                .sections
                .iter()
                .filter(|section| matches!(section.kind.text.as_str(), "defaults" | "frontend" | "backend" | "listen"))
            {
                section.lines.iter().for_each(|line| haproxy::line(section, line, report));
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| nginx::directive(around, it, report)),
        Document::Redis(config) => {
            for line in &config.lines {
                redis::setting(line, report);
            }
        }
        Document::Compose(node) => compose::project(&Project::of(node), report),
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
