//! A server that is found dead after half a minute or more.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{haproxy_ms, servers};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "slow-check",
    severity: Severity::Warning,
    about: "a server that is found dead after half a minute or more",
    docs: "Until `fall` checks have failed, `inter` apart, requests go on to a server that is gone. Two seconds \
        and three checks are haproxy's own numbers.",
    on: true,
    bad: &[
        r#"defaults
    mode http
backend web
    default-server inter 60s fall 10
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    server a 192.0.2.1:80 check inter 30s fall 2
    server b 192.0.2.2:80 check
"#,
    ],
    good: &[
        r#"defaults
    mode http
backend web
    default-server inter 5s fall 3
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    default-server inter 10s fastinter 1s fall 9
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"defaults
    mode http
backend web
    default-server inter 2000 fall 5
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let mut said = None;
        for server in servers(section).filter(|server| server.has("check") && !server.line.has("no-check")) {
            let ms = |key: &str| server.value(key).and_then(|word| haproxy_ms(&word.text));
            let inter = ms("inter").unwrap_or(2000.0);
            let fall: f64 = server.value("fall").and_then(|word| word.text.parse().ok()).unwrap_or(3.0);
            // After the first failure the next are asked for at `fastinter`.
            let seconds = (inter + ms("fastinter").unwrap_or(inter) * (fall - 1.0)) / 1000.0;
            let place = server.value("inter").or(server.value("fall"));
            if let Some(word) = place.filter(|word| seconds >= 60.0 && said != Some(word.span)) {
                said = Some(word.span);
                report.find(
                    word.span,
                    format!("`{}` takes {seconds:.0} s to find that a server is gone", section.name),
                    "use `inter 2s fall 3`, or `fastinter 1s` after the first failure",
                );
            }
        }
    }
}
