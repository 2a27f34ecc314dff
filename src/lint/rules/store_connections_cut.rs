//! A proxy of a store that ends idle connections.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{clients, haproxy_ms, is_redis};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "store-connections-cut",
    severity: Severity::Info,
    about: "a proxy of a store that ends idle connections",
    docs: "Clients of a store keep connections in a pool and use one again without asking whether it is there: \
        each that was ended is a request that fails. Let the store decide: `timeout client` and `timeout \
        server` of hours, with `option clitcpka` and `srvtcpka`.",
    on: true,
    bad: &[
        r#"frontend store
    mode tcp
    bind 127.0.0.1:6379
    timeout client 30s
    default_backend store
backend store
    mode tcp
    timeout server 24h
    server a 192.0.2.1:6379
"#,
        r#"backend store
    mode tcp
    timeout server 10s
    server a 192.0.2.1:6379
"#,
    ],
    good: &[r#"frontend store
    mode tcp
    bind 127.0.0.1:6379
    timeout client 24h
    default_backend store
backend store
    mode tcp
    timeout server 24h
    server a 192.0.2.1:6379
"#],
    check: Check::Haproxy(check),
};

const LEAST: f64 = 300_000.0;

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let clients = clients(config);
    let frontends = config.sections.iter().any(|it| it.kind.text == "frontend");
    for backend in config.sections.iter().filter(|section| is_redis(section)) {
        let used = clients.get(backend.name.as_str());
        let ends = used.into_iter().flatten().map(|section| (*section, "timeout client"));
        for (section, key) in ends.chain([(backend, "timeout server")]) {
            let Some((line, rest)) = section.setting(key) else { continue };
            let short = rest.first().and_then(|word| haproxy_ms(&word.text)).is_some_and(|time| time < LEAST);
            // Only a backend that somebody uses has connections to end.
            let watched = key == "timeout server" && backend.kind.text == "backend" && frontends && used.is_none();
            if short && !watched {
                let own = section.lines.iter().any(|it| it.span() == line.span());
                let place = if own { line.span() } else { section.kind.span };
                report.find(
                    place,
                    format!("connections to `{}` that rest for a while are ended under their clients", backend.name),
                    format!("set `{key} 24h` there, with keep-alive of TCP"),
                );
            }
        }
    }
}
