//! Servers that a cookie does not tell apart.

use std::collections::HashMap;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::servers;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "bad-cookie",
    severity: Severity::Warning,
    about: "servers that a cookie does not tell apart",
    docs: "Where a backend tells its servers apart by a cookie, each server has a value of its own: clients of one \
        without are sent anywhere, and those of two with one value go to the first.",
    on: true,
    bad: &[
        "backend web\n    mode http\n    cookie S insert\n    server a 192.0.2.1:80 check cookie x\n    server b 192.0.2.2:80 check cookie x\n",
        "backend web\n    mode http\n    cookie S insert\n    server a 192.0.2.1:80 check cookie x\n    server b 192.0.2.2:80 check\n",
        "backend web\n    mode http\n    balance leastconn\n    server a 192.0.2.1:80 check cookie x\n    server b 192.0.2.2:80 check cookie y\n",
    ],
    good: &[
        "backend web\n    mode http\n    cookie S insert\n    server a 192.0.2.1:80 check cookie x\n    server b 192.0.2.2:80 check cookie y\n    server sorry 192.0.2.3:80 check backup\n",
        "backend web\n    mode http\n    cookie S insert dynamic\n    dynamic-cookie-key k\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
        "backend web\n    mode http\n    cookie S prefix\n    server a 192.0.2.1:80 check\n    server b 192.0.2.2:80 check\n",
    ],
    check: Check::Haproxy(check),
};

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let asked = section.setting("cookie").map(|(line, _)| line);
        let mut first: HashMap<&str, &str> = HashMap::new();
        let any = servers(section).any(|server| server.line.has("cookie"));
        if !any || asked.is_some_and(|line| line.has("dynamic")) {
            continue;
        }
        for server in servers(section) {
            let Some(value) = server.line.value("cookie") else {
                if asked.is_some() && !server.has("backup") && server.serves() {
                    let what = format!("`{}` has no cookie: its clients are sent anywhere", server.name());
                    report.find(server.line.span(), what, format!("add `cookie {}`", server.name()));
                }
                continue;
            };
            if asked.is_none() {
                let what = format!("`{}` does nothing with the cookies of its servers", section.name);
                report.find(value.span, what, "add `cookie NAME insert indirect nocache`, or remove them");
                break;
            }
            match first.get(value.text.as_str()) {
                Some(other) => {
                    let what = format!("{} is the cookie of `{other}` too: its clients go there", quoted(&value.text));
                    report.find(value.span, what, format!("write `cookie {}`", server.name()));
                }
                None => {
                    first.insert(&value.text, server.name());
                }
            }
        }
    }
}
