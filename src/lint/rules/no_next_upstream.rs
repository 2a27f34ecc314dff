//! Requests that are not sent to another server.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Directive, Nginx};

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

const PASSES: &[&str] = &["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass"];

/// What holds for a directive that passes requests on.
fn setting<'n>(config: &'n Nginx, around: &[&'n Directive], pass: &Directive) -> Option<&'n Directive> {
    config.holds(around, &format!("{}_next_upstream", pass.name().trim_end_matches("_pass")))
}

fn check(config: &Nginx, report: &mut Report<'_>) {
    let mut several = HashSet::new();
    // Where some requests may go to another, those that may not are set apart by intent.
    let mut elsewhere = HashSet::new();
    config.each(&mut |around, it| {
        if it.name() == "upstream" && it.all("server").count() > 1 {
            several.insert(it.argument(1));
        }
        if PASSES.contains(&it.name())
            && setting(config, around, it).is_some_and(|setting| setting.argument(1) != "off")
        {
            elsewhere.insert((it.name(), it.argument(1)));
        }
    });
    config.each(&mut |around, it| {
        let named = it.argument(1).rsplit("://").next().unwrap_or_default().split('/').next().unwrap_or_default();
        if !PASSES.contains(&it.name()) || !several.contains(named) || around.iter().any(|it| it.name() == "stream") {
            return;
        }
        let setting = setting(config, around, it);
        let off = setting.is_some_and(|setting| setting.argument(1) == "off");
        if setting.is_none() || off && !elsewhere.contains(&(it.name(), it.argument(1))) {
            let span = setting.map_or(it.words[0].span, |setting| setting.words[0].span);
            let protocol = it.name().trim_end_matches("_pass");
            report.find(
                span,
                format!("what {} fails to answer is not sent to another", quoted(named)),
                format!("add `{protocol}_next_upstream error timeout http_502 http_503 http_504;`"),
            );
        }
    });
}
