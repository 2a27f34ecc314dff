//! A line that haproxy passes over.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Haproxy, Section};

pub(super) const RULE: Rule = Rule {
    id: "ignored-rule",
    severity: Severity::Error,
    about: "a line that haproxy passes over",
    docs: "Rules for HTTP do nothing where TCP is spoken; steps of a check do nothing without the option that makes them \
        one, and then a server counts as up when it takes a connection; nothing comes behind a `use_backend` without a \
        condition; and what `default-server` says is for servers behind it.",
    on: true,
    bad: &[
        "frontend a\n    mode tcp\n    bind :80\n    http-request deny if { src 10.0.0.0/8 }\n    default_backend b\nbackend b\n    mode tcp\n    server a 192.0.2.1:80 check\n",
        "backend b\n    mode http\n    http-check expect status 200\n    server a 192.0.2.1:80 check\n",
        "backend b\n    mode tcp\n    tcp-check send PING\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    mode http\n    bind :80\n    use_backend b\n    use_backend c if { path /c }\nbackend b\n    mode http\n    server a 192.0.2.1:80 check\nbackend c\n    mode http\n    server a 192.0.2.2:80 check\n",
        "backend b\n    server a 192.0.2.1:80\n    server c 192.0.2.2:80\n    default-server check\n",
        "frontend a\n    mode http\n    bind :80\n    default_backend b\nbackend b\n    mode tcp\n    server a 192.0.2.1:80 check\n",
        "backend b\n    mode tcp\n    option httpchk GET /healthz\n    option ssl-hello-chk\n    server a 192.0.2.1:80 check\n",
    ],
    good: &[
        "defaults\n    mode http\n    option httpchk\nfrontend a\n    bind :80\n    http-request deny if { src 10.0.0.0/8 }\n    use_backend b if { path /c }\n    default_backend b\nbackend b\n    http-check expect status 200\n    default-server check\n    server a 192.0.2.1:80\nbackend c\n    mode tcp\n    option tcp-check\n    tcp-check send PING\n    server a 192.0.2.1:80 check\n",
        "frontend a\n    mode http\n    bind :80\n    default_backend b\nbackend b\n    mode http\n    server a 192.0.2.1:80 check\n",
    ],
    check: Check::Haproxy(check),
};

/// How a server is asked; of several the last one holds.
const CHECKS: &[&str] = &[
    "httpchk",
    "tcp-check",
    "ssl-hello-chk",
    "smtpchk",
    "mysql-check",
    "pgsql-check",
    "redis-check",
    "ldap-check",
    "spop-check",
    "external-check",
];

fn checks(section: &Section, report: &mut Report<'_>) {
    let asked = |line: &&crate::manifest::Line| CHECKS.iter().any(|it| line.after(&format!("option {it}")).is_some());
    let all: Vec<_> = section.lines.iter().filter(asked).collect();
    if let [first, .., last] = all.as_slice()
        && first.words[1].text != last.words[1].text
    {
        let (first, last) = (first, &last.words[1].text);
        let what = format!("servers are asked by {}, which stands below: this does nothing", quoted(last));
        report.find(first.span(), what, "keep the one that asks for what clients need");
    }
}

fn mode(section: &Section) -> &str {
    section.setting("mode").and_then(|(_, rest)| rest.first()).map_or("tcp", |word| word.text.as_str())
}

fn check(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        if !matches!(section.kind.text.as_str(), "frontend" | "backend" | "listen") {
            continue;
        }
        // It may become HTTP on the way.
        let switches = section.lines.iter().any(|line| line.has("switch-mode"));
        let tcp = mode(section) == "tcp" && !switches;
        checks(section, report);
        let own = |word: &'static str| section.lines.iter().find(move |line| line.words[0].text == word);
        for word in ["http-request", "http-response", "http-after-response"] {
            if let Some(line) = own(word).filter(|_| tcp) {
                let what = format!("`{word}` does nothing where TCP is spoken");
                report.find(line.span(), what, "add `mode http`, or use `tcp-request`");
            }
        }
        for (word, option) in [("http-check", "httpchk"), ("tcp-check", "tcp-check")] {
            let asked = section.setting(&format!("option {option}")).is_some();
            let rule = section.lines.iter().find(|line| line.words[0].text == word && !line.has("disable-on-404"));
            if let Some(line) = rule.filter(|_| !asked) {
                let what = format!("`{word}` does nothing without `option {option}`: who takes a connection is up");
                report.find(line.span(), what, format!("add `option {option}`"));
            }
        }
        let mut uses = section.lines.iter().filter(|line| line.words[0].text == "use_backend");
        let always = uses.find(|line| !line.has("if") && !line.has("unless"));
        if let (Some(first), Some(second)) = (always, uses.next()) {
            let what = format!("nothing comes here: {} takes all before", quoted(&first.text()));
            report.find(second.span(), what, "write the one without a condition as `default_backend`");
        }
        let servers = section.all("server").map(|line| line.span().start).max();
        let late = section.all("default-server").find(|line| servers.is_some_and(|last| line.span().start > last));
        if let Some(line) = late {
            report.find(
                line.span(),
                "this is for servers behind it, and there are none",
                "write it before the servers",
            );
        }
        if section.kind.text != "backend" && mode(section) == "http" {
            for line in section
                .lines
                .iter()
                .filter(|line| matches!(line.words[0].text.as_str(), "use_backend" | "default_backend"))
            {
                let Some(word) = line.words.get(1) else { continue };
                let other = config.sections.iter().find(|it| it.kind.text == "backend" && it.name == word.text);
                if other.is_some_and(|other| mode(other) == "tcp") {
                    let what = format!("{} speaks TCP, and this HTTP: haproxy does not start", quoted(&word.text));
                    report.find(word.span, what, "give both one `mode`");
                }
            }
        }
    }
}
