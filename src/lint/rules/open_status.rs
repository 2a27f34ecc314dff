//! A page of statistics that everybody may read.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::{host_port, local};
use crate::diagnostic::Severity;
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "open-status",
    severity: Severity::Info,
    about: "a page of statistics that everybody may read",
    docs: "It tells the addresses of all servers and what they do. Bind it to an address of the inside, or ask \
        for a password.",
    on: true,
    bad: &[
        r#"frontend web
    mode http
    bind :80
    stats enable
    stats uri /stats
    default_backend b
backend b
    server a 192.0.2.1:80
"#,
        r#"http {
  server { listen 80; location /status { stub_status; } }
}
"#,
    ],
    good: &[
        r#"frontend web
    mode http
    bind 127.0.0.1:8404
    stats enable
"#,
        r#"frontend web
    mode http
    bind :80
    stats enable
    stats auth a:"$PASSWORD"
"#,
        r#"http {
  server { listen 80; location /status { stub_status; allow 10.0.0.0/8; deny all; } }
}
"#,
        r#"http {
  server { listen 192.0.2.1:8404; location /status { stub_status; } }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let help = "bind it to an address of the inside, or ask for a password";
    match document {
        Document::Haproxy(config) => {
            for section in &config.sections {
                let page = section
                    .lines
                    .iter()
                    .find(|line| line.after("stats enable").is_some() || line.after("stats uri").is_some());
                let kept = ["stats auth", "stats http-request", "http-request auth", "http-request deny"];
                // Whoever may turn servers off there is told of as such.
                let kept =
                    kept.iter().any(|it| section.setting(it).is_some()) || section.all("stats admin").next().is_some();
                let public = section.all("bind").find(|line| !local(line.words.get(1).map_or("", |it| &it.text)));
                if let Some(line) = page.filter(|_| !kept && public.is_some()) {
                    report.find(line.span(), "everybody may read these statistics", help);
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| {
            if it.name() != "stub_status" {
                return;
            }
            let kept = ["allow", "deny", "auth_basic", "internal", "auth_request"];
            let kept = kept.iter().any(|name| config.holds(around, name).is_some());
            let server = around.iter().find(|block| block.name() == "server");
            // An address that is named is chosen.
            let public = server.is_some_and(|server| {
                server.all("listen").any(|listen| {
                    matches!(host_port(listen.argument(1)).0, "*" | "0.0.0.0" | "[::]")
                        || listen.argument(1).parse::<u16>().is_ok()
                })
            });
            if public && !kept {
                report.find(it.words[0].span, "everybody may read these statistics", help);
            }
        }),
        _ => {}
    }
}
