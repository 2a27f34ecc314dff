//! An upstream with one server.

use std::net::IpAddr;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{host_port, passed_to};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "single-upstream-server",
    severity: Severity::Warning,
    about: "an upstream with one server",
    docs: "When it is away, so is what it answers.",
    on: true,
    bad: &[
        "http {\n  server { location / { proxy_pass http://192.0.2.1:80; } }\n}\n",
        r#"http {
  proxy_connect_timeout 1s;
  proxy_read_timeout 10s;
  proxy_send_timeout 10s;
  upstream web {
    server 192.0.2.1:80 max_fails=2 fail_timeout=5s;
  }
  server {
    listen 80;
    location / {
      proxy_pass http://web;
      proxy_next_upstream error timeout http_502;
    }
  }
}
"#,
    ],
    good: &[r#"http {
  proxy_connect_timeout 1s;
  proxy_read_timeout 10s;
  proxy_send_timeout 10s;
  upstream web {
    server 192.0.2.1:80 max_fails=2 fail_timeout=5s;
    server 192.0.2.2:80 max_fails=2 fail_timeout=5s;
  }
  server {
    listen 80;
    location / {
      proxy_pass http://web;
      proxy_next_upstream error timeout http_502;
    }
  }
}
"#],
    check: Check::Nginx(check),
};
fn check(config: &Nginx, report: &mut Report<'_>) {
    config.each(&mut |_, it| {
        if it.name() == "upstream" {
            upstream(it, report);
        } else if it.name() == "proxy_pass" {
            let (host, _) = host_port(passed_to(it));
            // What is on this host comes and goes with it; a name may stand for many.
            if host.parse::<IpAddr>().is_ok_and(|address| !address.is_loopback() && !address.is_unspecified()) {
                report.find(
                    it.words[0].span,
                    format!("there is one server: {}", quoted(host)),
                    "name an `upstream` of two",
                );
            }
        }
    });
}

fn upstream(it: &Directive, report: &mut Report<'_>) {
    let has = |server: &Directive, word: &str| server.words.iter().any(|it| it.text == word);
    if !it.block.iter().any(|inner| matches!(inner.name(), "server" | "include" | "state")) {
        let message = format!("`{}` has no server, and nginx does not start", it.argument(1));
        report.find(it.words[0].span, message, "add its servers");
    }
    let mut up = it.all("server").filter(|server| !has(server, "down"));
    let (Some(only), None) = (up.next(), up.next()) else { return };
    if has(only, "resolve") {
        return;
    }
    match it.all("server").find(|server| has(server, "down")) {
        Some(down) => {
            let message =
                format!("{} takes no requests: `{}` has one server", quoted(down.argument(1)), it.argument(1));
            report.find(down.words[0].span, message, "remove `down`, or add another");
        }
        None => report.find(only.words[0].span, format!("`{}` has one server", it.argument(1)), "add another"),
    }
}
