//! More connections than open files.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "few-files",
    severity: Severity::Warning,
    about: "more connections than open files",
    docs: "Each connection is a file to the kernel, and one that is passed on is two: at the limit nginx and haproxy take \
        no more, long before the number that is written.",
    on: true,
    bad: &[
        "worker_rlimit_nofile 1024;\nevents { worker_connections 4096; }\nhttp {\n  server { listen 80; }\n}\n",
        "global\n    maxconn 4000\n    ulimit-n 4096\ndefaults\n    mode http\nbackend b\n    server a 192.0.2.1:80\n",
    ],
    good: &[
        "worker_rlimit_nofile 8192;\nevents { worker_connections 4096; }\nhttp {\n  server { listen 80; }\n}\n",
        "global\n    maxconn 4000\n    ulimit-n 8192\ndefaults\n    mode http\nbackend b\n    server a 192.0.2.1:80\n",
        "global\n    ulimit-n 8192\ndefaults\n    mode http\nbackend b\n    server a 192.0.2.1:80\n",
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Nginx(config) => {
            let events = config.directives.iter().find(|it| it.name() == "events");
            let connections = events.and_then(|it| it.all("worker_connections").next());
            let files = config.directives.iter().find(|it| it.name() == "worker_rlimit_nofile");
            let number = |it: &crate::manifest::Directive| it.argument(1).parse::<u64>().ok();
            if let (Some(files), Some(connections)) = (files, connections.and_then(number))
                && number(files).is_some_and(|files| files < connections)
            {
                let what = format!("{connections} connections want more open files than these");
                report.find(files.words[0].span, what, format!("write {}", connections.saturating_mul(2)));
            }
        }
        Document::Haproxy(config) => {
            let Some(global) = config.sections.iter().find(|it| it.kind.text == "global") else { return };
            let number = |key: &str| global.setting(key)?.1.first()?.text.parse::<u64>().ok();
            if let (Some(most), Some(files), Some((line, _))) =
                (number("maxconn"), number("ulimit-n"), global.setting("ulimit-n"))
                && files < most.saturating_mul(2)
            {
                let what = format!("{most} connections want more open files than these, two each");
                report.find(line.span(), what, "remove it: haproxy reckons it by itself");
            }
        }
        _ => {}
    }
}
