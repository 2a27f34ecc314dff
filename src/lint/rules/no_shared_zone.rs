//! Workers that count failures each for itself.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::upstreams;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "no-shared-zone",
    severity: Severity::Info,
    about: "workers that count failures each for itself",
    docs: "Without a `zone` each worker has to find for itself that a server is gone, and each sends it \
        requests until then.",
    on: true,
    bad: &[r#"worker_processes auto;
events {
}
http {
  upstream web { server 192.0.2.1; server 192.0.2.2; }
}
"#],
    good: &[
        r#"worker_processes auto;
events {
}
http {
  upstream web { zone web 64k; server 192.0.2.1; server 192.0.2.2; }
}
"#,
        r#"events {
}
http {
  upstream web { server 192.0.2.1; server 192.0.2.2; }
}
"#,
    ],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    let workers = config.directives.iter().find(|it| it.name() == "worker_processes");
    // One is what nginx has by itself.
    if workers.is_none_or(|it| it.argument(1) == "1") {
        return;
    }
    for upstream in upstreams(config) {
        if upstream.all("server").count() > 1 && upstream.all("zone").next().is_none() {
            report.find(
                upstream.words[0].span,
                format!("each worker finds for itself which server of {} is gone", quoted(upstream.argument(1))),
                format!("add `zone {} 64k;`", upstream.argument(1)),
            );
        }
    }
}
