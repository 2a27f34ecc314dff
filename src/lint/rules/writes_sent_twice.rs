//! A balancer that sends a write twice.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "writes-sent-twice",
    severity: Severity::Error,
    about: "a balancer that sends a write twice",
    docs: "With `non_idempotent` nginx sends POST and PATCH to another server although the first may have done it.",
    on: true,
    bad: &[r#"http {
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
      proxy_next_upstream error timeout non_idempotent http_502;
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
        if let Some(word) =
            it.words.iter().find(|word| it.name().ends_with("_next_upstream") && word.text == "non_idempotent")
        {
            report.find(word.span, "a write that may have been done is sent again", "remove `non_idempotent`");
        }
    });
}
