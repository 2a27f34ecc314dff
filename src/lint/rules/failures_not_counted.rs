//! A server that nginx never puts aside.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "failures-not-counted",
    severity: Severity::Warning,
    about: "a server that nginx never puts aside",
    docs: "With `max_fails=0` a server that is gone is asked by every request that comes to it in turn.",
    on: true,
    bad: &[r#"http {
  proxy_connect_timeout 1s;
  proxy_read_timeout 10s;
  proxy_send_timeout 10s;
  upstream web {
    server 192.0.2.1:80 max_fails=0 fail_timeout=5s;
    server 192.0.2.2:80 max_fails=0 fail_timeout=5s;
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
    config.each(&mut |around, it| {
        let inside = around.last().is_some_and(|block| block.name() == "upstream");
        let word = it.words.iter().find(|word| word.text == "max_fails=0");
        if let (true, "server", Some(word)) = (inside, it.name(), word) {
            report.find(
                word.span,
                format!("{} is asked however often it fails", quoted(it.argument(1))),
                "use `max_fails=2 fail_timeout=5s`",
            );
            report.fix(word.span, "max_fails=2");
        }
    });
}
