//! A time of nothing, which is over before anybody can answer.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::nginx_ms;
use crate::diagnostic::Severity;
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "expires-at-once",
    severity: Severity::Error,
    about: "a time of nothing, which is over before anybody can answer",
    docs: "To nginx 0 is no end of waiting but no waiting: with `proxy_connect_timeout 0` or `proxy_read_timeout 0` \
        every request that is not answered in the same moment gets 504, with `proxy_send_timeout 0` every one whose \
        body does not go out in one piece. The same holds for FastCGI, uwsgi, SCGI, gRPC and memcached.",
    on: true,
    bad: &[
        r#"http {
  proxy_read_timeout 0;
}
"#,
        r#"http {
  server { location / { fastcgi_connect_timeout 0s; } }
}
"#,
    ],
    good: &[r#"http {
  proxy_read_timeout 10s;
  keepalive_timeout 0;
}
"#],
    check: Check::Nginx(check),
};

const PROTOCOLS: &[&str] = &["proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached"];

fn check(config: &Nginx, report: &mut Report<'_>) {
    config.each(&mut |_, it| {
        let Some((protocol, what)) = it.name().split_once('_') else { return };
        let what = match what {
            "connect_timeout" => "a connection has no time to be made: requests are answered with 504",
            "read_timeout" => "a server has no time to answer: requests are answered with 504",
            "send_timeout" => "a body has no time to be sent: requests with one that is large are answered with 504",
            _ => return,
        };
        if PROTOCOLS.contains(&protocol) && nginx_ms(it.argument(1)) == Some(0.0) {
            report.find(it.words[0].span, what, "write how long it may take: `10s`");
        }
    });
}
