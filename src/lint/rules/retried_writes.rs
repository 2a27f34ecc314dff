//! A balancer that sends a write twice.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Haproxy, Line, Section};

pub(super) const RULE: Rule = Rule {
    id: "retried-writes",
    severity: Severity::Error,
    about: "a balancer that sends a write twice",
    docs: "What was sent may have been done although no answer came. With `retry-on` more than `conn-failure` forbid \
        it for what is not safe: `http-request disable-l7-retry if !{ method GET HEAD OPTIONS }`.",
    on: true,
    bad: &[
        "backend web\n    retry-on 503\n    http-request disable-l7-retry if { method GET }\n    server a 192.0.2.1:80\n    server b 192.0.2.2:80\n",
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retry-on all-retryable-errors
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retry-on conn-failure response-timeout
"#,
    ],
    good: &[
        "backend web\n    retry-on 503\n    http-request disable-l7-retry unless { method GET }\n    server a 192.0.2.1:80\n    server b 192.0.2.2:80\n",
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retry-on conn-failure
"#,
        r#"defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
    retry-on all-retryable-errors
    http-request disable-l7-retry if !{ method GET HEAD OPTIONS }
"#,
    ],
    check: Check::Haproxy(check),
};

/// Reasons after which nothing can have been done: no connection, or only those bytes that the server has refused.
const SAFE: &[&str] = &["none", "conn-failure", "0rtt-rejected"];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let template = |section: &Section| section.all("server-template").next().is_some();
    for section in config.sections.iter().filter(|section| section.has_servers() || template(section)) {
        let Some((_, reasons)) = section.setting("retry-on") else { continue };
        let unsafe_one = reasons.iter().find(|word| !SAFE.contains(&word.text.as_str()));
        let kept =
            section.lines.iter().chain(section.defaults.iter()).any(|line| line.has("disable-l7-retry") && keeps(line));
        // One server, and nobody between: the one that answered before is the one that answers again.
        if let Some(word) = unsafe_one.filter(|_| !kept && (section.all("server").count() > 1 || template(section))) {
            report.find(
                word.span,
                format!("after {} `{}` sends a write again that may have been done", quoted(&word.text), section.name,),
                "add `http-request disable-l7-retry if !{ method GET HEAD OPTIONS }`",
            );
        }
    }
}

/// Whether a guard lets nothing but reads be sent again: `if { method GET }` guards those instead.
fn keeps(line: &Line) -> bool {
    let text = line.text();
    let reads = ["GET", "HEAD", "OPTIONS", "METH_GET"].iter().any(|word| line.has(word));
    let writes = ["POST", "PUT", "PATCH", "DELETE", "METH_POST"].iter().any(|word| line.has(word));
    let inverted = (line.has("unless") || text.contains("!{") || text.contains(" !METH_")) == line.has("if")
        || line.has("unless") && !line.has("if");
    match (reads, writes) {
        (true, false) => inverted,
        (false, true) => !inverted,
        _ => true,
    }
}
