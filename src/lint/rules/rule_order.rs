//! A rule that stands behind one that comes after it.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "rule-order",
    severity: Severity::Info,
    about: "a rule that stands behind one that comes after it",
    docs: "haproxy asks `tcp-request connection` first, then `session`, `content`, `http-request`, `redirect`, and \
        `use_backend` last, in whatever order they stand: who reads them in theirs is misled, and haproxy warns.",
    on: true,
    bad: &[
        "frontend web\n    mode http\n    bind :80\n    use_backend a if { path /a }\n    http-request deny if { path /b }\n    default_backend a\nbackend a\n    mode http\n    server a 192.0.2.1:80 check\n",
        "frontend web\n    mode http\n    bind :80\n    redirect scheme https if !{ ssl_fc }\n    http-request deny if { path /b }\n    default_backend a\nbackend a\n    mode http\n    server a 192.0.2.1:80 check\n",
    ],
    good: &[
        "frontend web\n    mode http\n    bind :80\n    default_backend a\n    tcp-request content accept\n    http-request deny if { path /b }\n    redirect scheme https if !{ ssl_fc }\n    http-response del-header Server\n    use_backend a if { path /a }\nbackend a\n    mode http\n    server a 192.0.2.1:80 check\n",
    ],
    check: Check::Haproxy(check),
};

/// In the order in which haproxy asks them.
const ORDER: &[&str] = &[
    "tcp-request connection",
    "tcp-request session",
    "tcp-request content",
    "http-request",
    "redirect",
    "use_backend",
];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in
        config.sections.iter().filter(|it| matches!(it.kind.text.as_str(), "frontend" | "listen" | "backend"))
    {
        let mut latest = None;
        for line in &section.lines {
            let Some(at) = ORDER.iter().position(|it| line.after(it).is_some()) else { continue };
            match latest {
                Some(before) if at < before => {
                    let what = format!("this is asked before each `{}`, whatever stands first", ORDER[before]);
                    report.find(line.span(), what, format!("write it before the first `{}`", ORDER[before]));
                    break;
                }
                _ => latest = Some(at),
            }
        }
    }
}
