//! One address that is listened at twice.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "bound-twice",
    severity: Severity::Warning,
    about: "one address that is listened at twice",
    docs: "haproxy starts, and the kernel gives each connection to one of the two listeners by chance: half of \
        the requests find another frontend than was meant.",
    on: true,
    bad: &[r#"frontend a
    bind :80
frontend b
    bind :80
"#],
    good: &[r#"frontend a
    bind :80
    bind :::80 v6only
frontend b
    bind :81
"#],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    // Of the arms of a condition one is read.
    if config.is_conditional() {
        return;
    }
    let mut bound = HashSet::new();
    for line in config.sections.iter().flat_map(|section| section.all("bind")) {
        let Some(address) = line.words.get(1) else { continue };
        let own = !line.has("process") && !line.has("thread") && !address.text.contains(['@', '$', '+']);
        // With another interface, or another protocol, it is another listener.
        let every = |text: &str| match text.rsplit_once(':') {
            Some(("" | "*" | "0.0.0.0", port)) => format!(":{port}"),
            _ => text.to_owned(),
        };
        let key = (every(&address.text), line.value("interface").map(|it| it.text.as_str()));
        if own && !bound.insert(key) {
            report.find(
                address.span,
                format!("{} is listened at twice, and each connection finds either by chance", quoted(&address.text)),
                "remove one, or give it another address",
            );
        }
    }
}
