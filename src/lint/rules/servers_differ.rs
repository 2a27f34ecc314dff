//! One server of several that is spoken to in another way.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{Server, servers};
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "servers-differ",
    severity: Severity::Warning,
    about: "one server of several that is spoken to in another way",
    docs: "Servers of one backend at one port are alike: where some are called with TLS, or with the PROXY protocol, and \
        one is not, that one does not understand what it gets, and its check may not see it.",
    on: true,
    bad: &[
        "backend web\n    server a 192.0.2.1:443 check ssl verify none\n    server b 192.0.2.2:443 check ssl verify none\n    server c 192.0.2.3:443 check\n",
        "backend web\n    server a 192.0.2.1:80 check send-proxy\n    server b 192.0.2.2:80 check\n",
    ],
    good: &[
        "backend web\n    server a 192.0.2.1:443 check ssl verify none send-proxy\n    server b 192.0.2.2:80 check\n",
        "backend web\n    default-server ssl verify none send-proxy-v2\n    server a 192.0.2.1:443 check\n    server b 192.0.2.2:443 check\n",
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        let all: Vec<Server<'_>> = servers(section).filter(|it| !it.address().contains('$')).collect();
        differs(&all, &["ssl"], "TLS", report);
        differs(&all, &["send-proxy", "send-proxy-v2"], "the PROXY protocol", report);
    }
}

fn differs(all: &[Server<'_>], words: &[&str], what: &str, report: &mut Report<'_>) {
    let has =
        |server: &Server<'_>| words.iter().any(|word| server.has(word)) && !server.has(&format!("no-{}", words[0]));
    // At another port it may be another thing.
    let alike = |one: &Server<'_>, other: &Server<'_>| {
        let port = one.host_port().1;
        port.is_some() && port == other.host_port().1
    };
    let Some(first) = all.iter().find(|server| has(server)) else { return };
    let missing: Vec<&Server<'_>> = all.iter().filter(|server| !has(server) && alike(server, first)).collect();
    let having = all.iter().filter(|server| has(server)).count();
    let (odd, said) = if missing.len() > having {
        (Some(first), format!("`{}` is called with {what}, and the others are not", first.name()))
    } else {
        let name = missing.first().map_or("", |it| it.name());
        (missing.first().copied(), format!("`{name}` is called without {what}, and others with it"))
    };
    if let Some(server) = odd.filter(|_| !missing.is_empty()) {
        report.find(server.line.span(), said, format!("add `{}` to all, or remove it", words[0]));
    }
}
