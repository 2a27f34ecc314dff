//! A value that its program refuses.

mod compose;
mod haproxy;
mod listener;
mod nginx;
mod nginx_words;
mod redis;
mod tables;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Document, Line, Project};

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
        "global\n    stats socket /a mode 600 level amdin\nfrontend web\n    bind 192.0.2.310:80\n    bind :443 ssl crt /a ssl-min-ver TLSv1,2\n    bind :800000\n    default_backend web\nbackend web\n    stick-table type ip size 1x store gpc00,http_req_rate(10s)\n    cookie a insret\n    http-check expect status 2OO\n    server a 192.0.2.1:80 check\n",
        "backend web\n    server a 192.0.2.1:443 check ssl\n    server b 192.0.2.1:444 check ssl verify required\n",
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
        "events {\n  use epol;\n}\nhttp {\n  gzip_comp_level 10;\n  proxy_cache_path /a levls=1:2 keys_zone=a:10m;\n  server {\n    listen default_server;\n    error_page 5O2 /a;\n    add_header A b alway;\n    location == /a { limit_req zone=a brust=5; limit_conn a 0; }\n  }\n}\n",
        "http {\n  proxy_http_version 1.2;\n  server { listen 192.0.2.256:80; listen 80 defaultserver; location ~ ^/a { proxy_pass http://192.0.2.1/; } location @b { proxy_pass http://192.0.2.1/b; } }\n}\n",
        "http {\n  upstream a { server http://192.0.2.1; server 192.0.2.2 max_fails = 3; }\n}\n",
        "appendonly yes\nprotected-mode yes\nmaxmemory-policy no-eviction\nmaxmemory 2gib\nloglevel info\n",
        "appendonly yes\nprotected-mode yes\nsave 900\nsave 900 x\nclient-output-buffer-limit norml 0 0 0\nclient-output-buffer-limit replica 1mb 1mb\nrequirepass \"x\nuser anna on +@al\n",
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
        "global\n    ssl-server-verify none\nbackend web\n    server a 192.0.2.1:443 check ssl\n",
        "backend web\n    default-server ssl ca-file /a\n    server a 192.0.2.1:443 check\n    server b 192.0.2.1:444 check verify none\n",
        "global\n    stats socket ipv4@127.0.0.1:9999 level admin\n    stats socket /a mode 600 expose-fd listeners level user\nfrontend web\n    bind :80,:::443 ssl crt /a ssl-min-ver TLSv1.2\n    bind /a.sock mode 660\n    bind *:8000-8010\n    default_backend web\nbackend web\n    stick-table type string len 32 size 1m expire 10m store gpc0,http_req_rate(10s),bytes_out_rate(1m) peers a\n    cookie a insert domain x maxidle 1h attr SameSite=None\n    http-check expect ! status 500-599,404\n    http-check expect status 200\n    server a 192.0.2.1:80 check\n",
        "events {\n  use EPOLL;\n}\nhttp {\n  sendfile ON;\n  ssl_protocols TLSV1.3;\n  proxy_next_upstream HTTP_502;\n  gzip_comp_level 5;\n  proxy_cache_path /a levels=1:2 keys_zone=a:10m max_size=1g;\n  access_log /a main buffer=32k if=$b;\n  server {\n    listen 80;\n    error_page 502 504 =200 /a;\n    add_header A b always;\n    location ^~ /a { limit_req zone=a burst=5 nodelay; limit_conn a 1; }\n  }\n}\n",
        "http {\n  proxy_http_version 1.1;\n  server { listen 192.0.2.1:80; listen 443 ssl default_server backlog=64 ipv6only=off; location /a { proxy_pass http://192.0.2.1/; } location ~ ^/b { proxy_pass http://192.0.2.1$uri; } }\n}\nstream {\n  server { listen 53 udp reuseport; proxy_pass a; }\n}\n",
        r#"http {
  proxy_read_timeout 1m30s;
  upstream web { server 192.0.2.1 max_fails=2 fail_timeout=5s; }
}
"#,
        "appendonly yes\nprotected-mode yes\nsave 900 1 60 10000\nsave \"\"\nclient-output-buffer-limit normal 0 0 0 replica 256mb 64mb 60\nrequirepass \"it's\"\nuser anna on >x ~a:* &b -@all +@read +get (+@write ~c) %R~d resetchannels\n",
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
            haproxy::certificates(config, report);
            for section in &config.sections {
                let proxy = matches!(section.kind.text.as_str(), "defaults" | "frontend" | "backend" | "listen");
                for line in &section.lines {
                    quotes(line, report);
                    listener::line(section, line, report);
                    if proxy {
                        haproxy::line(section, line, report);
                        tables::line(line, report);
                    }
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| {
            nginx::directive(around, it, report);
            nginx_words::directive(it, report);
        }),
        Document::Redis(config) => {
            for line in &config.lines {
                quotes(line, report);
                redis::setting(line, report);
            }
        }
        Document::Compose(node) => compose::project(&Project::of(node), report),
        _ => {}
    }
}

fn quotes(line: &Line, report: &mut Report<'_>) {
    if let Some(span) = line.unclosed {
        report.find(span, "nothing closes this quote", "close it in its line");
    }
}

fn say(span: Span, text: &str, form: &str, report: &mut Report<'_>) {
    report.find(span, format!("{} is not {form}", quoted(text)), format!("write {form}"));
}

const TIME: &str = "a time: a number and `ms`, `s`, `m`, `h` or `d`";
const PORT: &str = "a port from 1 to 65535";

/// Whether a host is four numbers, and no address.
fn no_address(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 4 && parts.iter().all(number) && host.parse::<std::net::Ipv4Addr>().is_err()
}

/// Whether somebody else fills it in.
fn filled(text: &str) -> bool {
    text.contains(['$', '%', '{', '<'])
}
