//! A proxy with the timeouts of a minute that nginx has.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "no-proxy-timeouts",
    severity: Severity::Warning,
    about: "a proxy with the timeouts of a minute that nginx has",
    docs: "A server that hangs holds each request for 60 s before another is asked, and its clients give up first. \
        Set `proxy_connect_timeout` and `proxy_read_timeout` to what a good answer takes.",
    on: true,
    bad: &[
        r#"http {
  proxy_connect_timeout 1s;
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
"#,
        r#"http {
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
    config.each(&mut |around, it| {
        if it.name() != "proxy_pass" || around.iter().any(|block| block.name() == "stream") {
            return;
        }
        let missing: Vec<&str> = ["proxy_connect_timeout", "proxy_read_timeout"]
            .into_iter()
            .filter(|name| config.holds(around, name).is_none())
            .collect();
        if !missing.is_empty() {
            report.find(
                it.words[0].span,
                format!("a server that hangs holds a request for a minute: no `{}`", missing.join("` and no `")),
                "add `proxy_connect_timeout 1s;` and `proxy_read_timeout` with what a good answer takes",
            );
        }
    });
}
