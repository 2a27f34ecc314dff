//! A server that stays away long after it is back.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{nginx_ms, upstreams};
use crate::diagnostic::Severity;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "long-fail-timeout",
    severity: Severity::Warning,
    about: "a server that stays away long after it is back",
    docs: "`fail_timeout` is how long failures are counted, and how long the server is not asked afterwards: \
        with minutes of it one restart of each server leaves none. 5 s to 30 s do.",
    on: true,
    bad: &[r#"http {
  upstream web { server 192.0.2.1 fail_timeout=600s; server 192.0.2.2; }
}
"#],
    good: &[r#"http {
  upstream web { server 192.0.2.1 fail_timeout=30s; server 192.0.2.2; }
}
"#],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    for upstream in upstreams(config) {
        for word in upstream.all("server").flat_map(|server| &server.words) {
            let time = word.text.strip_prefix("fail_timeout=").and_then(nginx_ms);
            if let Some(time) = time.filter(|time| *time > 60_000.0) {
                report.find(
                    word.span,
                    format!("after its failures this server is not asked for {:.0} s", time / 1000.0),
                    "use `fail_timeout=10s`",
                );
            }
        }
    }
}
