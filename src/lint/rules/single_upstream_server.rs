//! An upstream with one server.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "single-upstream-server",
    severity: Severity::Warning,
    about: "an upstream with one server",
    docs: "When it is away, so is what it answers.",
    on: true,
    bad: &[r#"http {
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
"#],
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
        let mut servers = it.all("server");
        if it.name() == "upstream"
            && let (Some(only), None) = (servers.next(), servers.next())
            && !only.words.iter().any(|word| word.text == "resolve")
        {
            report.find(only.words[0].span, format!("`{}` has one server", it.argument(1)), "add another");
        }
    });
}
