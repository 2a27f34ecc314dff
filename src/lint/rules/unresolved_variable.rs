//! A host in a variable, and nobody to ask for it.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{named, passes, upstreams};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "unresolved-variable",
    severity: Severity::Warning,
    about: "a host in a variable, and nobody to ask for it",
    docs: "What is passed to by a variable is resolved at each request, by `resolver` alone: without one every \
        request is answered with 502.",
    on: true,
    bad: &[r#"http {
  server { location / { set $web http://web.example; proxy_pass $web; } }
}
"#],
    good: &[
        r#"http {
  server { resolver 127.0.0.11; location / { set $web http://web.example; proxy_pass $web; } }
}
"#,
        r#"http {
  upstream web { server 192.0.2.1; }
  server { location / { set $web web; proxy_pass http://$web; } }
}
"#,
        r#"http {
  server { location / { set $web 192.0.2.1:80; proxy_pass http://$web; } }
}
"#,
    ],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    let names: HashSet<&str> = upstreams(config).iter().map(|upstream| upstream.argument(1)).collect();
    config.each(&mut |around, it| {
        let variable = it.argument(1).trim_start_matches("http://").trim_start_matches("https://");
        let variable = variable.split(['/', ':']).next().unwrap_or_default();
        if !passes(it) || !variable.starts_with('$') {
            return;
        }
        let value = around.iter().flat_map(|block| block.all("set")).find(|set| set.argument(1) == variable);
        let host = value.map_or("", |set| set.argument(2).rsplit("://").next().unwrap_or_default());
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let asked = ["resolver", "include"].iter().any(|name| config.holds(around, name).is_some());
        if named(host) && !names.contains(host) && !asked {
            report.find(
                it.words[1].span,
                format!("nobody is there to ask for {}: each request is answered with 502", quoted(host)),
                "add `resolver` with the address of a name server",
            );
        }
    });
}
