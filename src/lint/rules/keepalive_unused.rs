//! Connections that are to be kept, and are not.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{passed_to, upstreams};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "keepalive-unused",
    severity: Severity::Info,
    about: "connections that are to be kept, and are not",
    docs: "Before nginx 1.29.7 `keepalive` needs `proxy_http_version 1.1` and `proxy_set_header Connection \
        \"\"`: without both each request makes a connection of its own.",
    on: true,
    bad: &[r#"http {
  upstream web { server 192.0.2.1; keepalive 32; }
  server { location / { proxy_http_version 1.1; proxy_pass http://web; } }
}
"#],
    good: &[
        r#"http {
  upstream web { server 192.0.2.1; keepalive 32; }
  server { location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://web; } }
}
"#,
        r#"http {
  upstream web { server 192.0.2.1; keepalive 32; }
  server { location / { proxy_pass http://web; } }
}
"#,
    ],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    let kept = |upstream: &&&Directive| upstream.all("keepalive").next().is_some();
    let all = upstreams(config);
    let names: HashSet<&str> = all.iter().filter(kept).map(|upstream| upstream.argument(1)).collect();
    config.each(&mut |around, it| {
        if it.name() != "proxy_pass" || !names.contains(passed_to(it)) {
            return;
        }
        // Headers are those of the innermost block that sets one.
        let inner = around.iter().rev().find(|block| block.all("proxy_set_header").next().is_some());
        let headers = inner.map_or(config.directives.as_slice(), |block| &block.block);
        let header = headers.iter().filter(|it| it.name() == "proxy_set_header");
        let named = header.filter(|it| it.argument(1).eq_ignore_ascii_case("connection")).count() > 0;
        // Half of it is the flaw; without either nobody knows which nginx it is for.
        match config.holds(around, "proxy_http_version") {
            Some(version) if version.argument(1) == "1.0" || version.argument(1) == "1.1" && !named => report.find(
                version.words[0].span,
                format!("connections to {} are not kept", quoted(passed_to(it))),
                "write `proxy_http_version 1.1;` and `proxy_set_header Connection \"\";`",
            ),
            _ => {}
        }
    });
}
