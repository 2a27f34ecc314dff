//! An admin socket that everybody may use.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::local;
use crate::diagnostic::Severity;
use crate::manifest::Haproxy;

pub(super) const RULE: Rule = Rule {
    id: "open-admin-socket",
    severity: Severity::Error,
    about: "an admin socket that everybody may use",
    docs: "Whoever reaches it turns servers off. Bind it to a file with `mode 600`, not to an address.",
    on: true,
    bad: &[
        r#"global
    stats socket ipv4@*:9999 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
        r#"global
    stats socket /run/haproxy.sock mode 666 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#,
    ],
    good: &[r#"global
    stats socket /run/haproxy.sock mode 660 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    option redispatch
backend web
    server a 192.0.2.1:80 check
    server b 192.0.2.2:80 check
"#],
    check: Check::Haproxy(check),
};
fn check(config: &Haproxy, report: &mut Report<'_>) {
    for line in config.sections.iter().flat_map(|section| section.all("stats socket")) {
        let at = line.words.get(2).map_or("", |word| &word.text);
        let file = at.starts_with('/') || at.starts_with("unix@") || at.starts_with("fd@") || at.starts_with("abns@");
        let open = line.value("mode").is_some_and(|mode| mode.text.chars().last().is_some_and(|last| last != '0'));
        let reads = line.value("level").is_none_or(|level| level.text != "admin");
        if !file && !reads || open {
            report.find(
                line.span(),
                "everybody who reaches this socket may turn servers off",
                "bind a file with `mode 600`",
            );
        }
    }
    for section in &config.sections {
        let admin = section.all("stats admin").next().filter(|line| !line.text().contains("LOCALHOST"));
        let kept = ["stats auth", "stats http-request", "http-request auth", "http-request deny"];
        let kept = kept.iter().any(|it| section.setting(it).is_some());
        let public = section.all("bind").any(|line| !local(line.words.get(1).map_or("", |word| &word.text)));
        if let Some(line) = admin.filter(|line| !kept && public && (line.has("TRUE") || line.words.len() < 4)) {
            report.find(line.span(), "everybody who opens this page may turn servers off", "add `stats auth`");
        }
    }
}
