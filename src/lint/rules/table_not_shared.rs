//! What a balancer remembers of its clients, and no other does.

use std::collections::HashMap;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Haproxy, Section};

pub(super) const RULE: Rule = Rule {
    id: "table-not-shared",
    severity: Severity::Info,
    about: "what a balancer remembers of its clients, and no other does",
    docs: "Clients stick to a server by a table that is in one process: at another balancer, or after a restart, they \
        come to another server. `peers` share it, when there are two of them at least.",
    on: true,
    bad: &[
        "backend web\n    mode http\n    stick-table type ip size 1m expire 10m\n    stick on src\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
        "peers p\n    peer a 192.0.2.1:1024\nbackend web\n    mode http\n    stick-table type ip size 1m expire 10m peers p\n    stick on src\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
    ],
    good: &[
        "peers p\n    peer a 192.0.2.1:1024\n    peer b 192.0.2.2:1024\nbackend web\n    mode http\n    stick-table type ip size 1m expire 10m peers p\n    stick on src\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
        "frontend web\n    mode http\n    bind :80\n    stick-table type ip size 1m expire 10m store http_req_rate(1s)\n    http-request track-sc0 src\n    default_backend web\nbackend web\n    mode http\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
    ],
    check: Check::Haproxy(check),
};

/// Lines by which a client sticks.
const STICKS: &[&str] = &["stick on", "stick match", "stick store-request", "stick store-response"];

fn check(config: &Haproxy, report: &mut Report<'_>) {
    let named = |word: &str| -> HashMap<&str, &Section> {
        let all = config.sections.iter().filter(|it| it.kind.text == word || it.all(word).next().is_some());
        all.map(|it| (it.name.as_str(), it)).collect()
    };
    let (tables, peers) = (named("stick-table"), named("peers"));
    for section in config.sections.iter().filter(|section| section.all("server").count() > 1) {
        let stick = section.lines.iter().find(|line| STICKS.iter().any(|it| line.after(it).is_some()));
        let Some(stick) = stick else { continue };
        let table = stick.value("table").map_or(section.name.as_str(), |word| &word.text);
        let Some(line) = tables.get(table).and_then(|it| it.all("stick-table").next()) else { continue };
        match line.value("peers") {
            None => {
                let what = "another balancer, and this one after a restart, knows nothing of this table";
                report.find(line.span(), what, "add `peers` with a section of that name");
            }
            Some(word) => {
                let count = |section: &&Section| {
                    section.lines.iter().filter(|it| matches!(it.words[0].text.as_str(), "peer" | "server")).count()
                };
                if peers.get(word.text.as_str()).is_some_and(|peers| count(peers) == 1) {
                    let what = format!("{} has one member, who shares with nobody", quoted(&word.text));
                    report.find(word.span, what, "add the other balancers");
                }
            }
        }
    }
}
