//! Requests that are not sent to another server.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{passed_to, passes, upstreams};
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

fn check(config: &Nginx, report: &mut Report<'_>) {
    let several = upstreams(config).into_iter().filter(|it| it.all("server").count() > 1);
    let several: HashSet<&str> = several.map(|upstream| upstream.argument(1)).collect();
    // Where some requests may go to another, those that may not are set apart by intent.
    let mut again: HashSet<(&str, &str)> = HashSet::new();
    config.each(&mut |around, it| {
        if passes(it) && of(config, around, it, "next_upstream").is_some_and(|setting| setting.argument(1) != "off") {
            again.insert((it.name(), it.argument(1)));
        }
    });
    config.each(&mut |around, it| {
        let named = passed_to(it);
        if !passes(it) || !several.contains(named) || around.iter().any(|block| block.name() == "stream") {
            return;
        }
        let protocol = it.name().trim_end_matches("_pass");
        let setting = of(config, around, it, "next_upstream");
        let help = format!("write `{protocol}_next_upstream error timeout http_502 http_503 http_504;`");
        let lacks = |word: &str| !setting.is_some_and(|it| it.words.iter().any(|other| other.text == word));
        match setting {
            Some(off) if off.argument(1) == "off" && again.contains(&(it.name(), it.argument(1))) => {}
            Some(off) if off.argument(1) == "off" => report.find(
                off.words[0].span,
                format!("what {} fails to answer is not sent to another", quoted(named)),
                help,
            ),
            Some(list) if lacks("error") || lacks("timeout") => report.find(
                list.words[0].span,
                format!("what a server of {} that is gone does not answer is not sent to another", quoted(named)),
                help,
            ),
            None => report.find(
                it.words[0].span,
                format!("what {} fails to answer is not sent to another", quoted(named)),
                help,
            ),
            Some(_) => {
                let once = of(config, around, it, "next_upstream_tries").filter(|tries| tries.argument(1) == "1");
                if let Some(tries) = once {
                    let message = format!("a request to {} is tried once, and never at another server", quoted(named));
                    report.find(tries.words[0].span, message, "allow 2 or more");
                }
            }
        }
    });
}

/// What holds for a directive that passes requests on.
fn of<'n>(config: &'n Nginx, around: &[&'n Directive], it: &Directive, what: &str) -> Option<&'n Directive> {
    config.holds(around, &format!("{}_{what}", it.name().trim_end_matches("_pass")))
}
