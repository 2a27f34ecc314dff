//! Requests that are not sent to another server.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "no-next-upstream",
    severity: Severity::Warning,
    about: "requests that are not sent to another server",
    docs: "Without `proxy_next_upstream` only what fails before an answer begins goes to another server, and what \
        answers 502 or 503 does not; with `off` nothing does. Say what shall: `proxy_next_upstream error timeout \
        http_502 http_503 http_504`.",
    on: true,
    bad: &[
        r#"http {
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
    }
  }
}
"#,
        r#"http {
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
      proxy_next_upstream off;
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
        if !matches!(it.name(), "proxy_pass" | "grpc_pass" | "fastcgi_pass" | "uwsgi_pass") {
            return;
        }
        let named = it.argument(1).rsplit("://").next().unwrap_or_default().split('/').next().unwrap_or_default();
        let mut several = false;
        config.each(&mut |_, other| {
            several |= other.name() == "upstream" && other.argument(1) == named && other.all("server").count() > 1
        });
        let protocol = it.name().trim_end_matches("_pass");
        let setting = config.holds(around, &format!("{protocol}_next_upstream"));
        let off = setting.is_some_and(|setting| setting.argument(1) == "off");
        // Where some requests may go to another, those that may not are set apart by intent.
        let mut elsewhere = false;
        config.each(&mut |around, other| {
            let same = other.name() == it.name() && other.argument(1) == it.argument(1);
            let setting = config.holds(around, &format!("{}_next_upstream", it.name().trim_end_matches("_pass")));
            elsewhere |= same && setting.is_some_and(|setting| setting.argument(1) != "off");
        });
        if several && (setting.is_none() || off && !elsewhere) && !around.iter().any(|block| block.name() == "stream") {
            let span = setting.map_or(it.words[0].span, |setting| setting.words[0].span);
            report.find(
                span,
                format!("what {} fails to answer is not sent to another", quoted(named)),
                format!("add `{protocol}_next_upstream error timeout http_502 http_503 http_504;`"),
            );
        }
    });
}
