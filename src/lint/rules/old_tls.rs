//! TLS of a version that is broken.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "old-tls",
    severity: Severity::Warning,
    about: "TLS of a version that is broken",
    docs: "SSL 3, TLS 1.0 and 1.1 are given up by everybody (RFC 8996). Use 1.2 and 1.3.",
    on: true,
    bad: &[
        r#"frontend web
    bind :443 ssl crt /a.pem ssl-min-ver TLSv1.0
"#,
        r#"global
    ssl-default-bind-options ssl-min-ver TLSv1.1
frontend web
    bind :80
"#,
        r#"http {
  ssl_protocols TLSv1 TLSv1.2;
  server { listen 80; }
}
"#,
    ],
    good: &[
        r#"frontend web
    bind :443 ssl crt /a.pem ssl-min-ver TLSv1.2 no-tlsv10
"#,
        r#"http {
  ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 80; }
}
"#,
    ],
    check: Check::Document(check),
};

const OLD: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"];

fn check(document: &Document, report: &mut Report<'_>) {
    let mut say = |span: Span, what: &str| {
        report.find(span, format!("{} lets clients use a TLS that is broken", quoted(what)), "begin with `TLSv1.2`");
    };
    match document {
        Document::Haproxy(config) => {
            for line in config.sections.iter().flat_map(|section| &section.lines) {
                let lowest = line.value("ssl-min-ver").filter(|word| OLD.contains(&word.text.as_str()));
                let forced = ["force-sslv3", "force-tlsv10", "force-tlsv11"];
                let forced = line.words.iter().find(|word| forced.contains(&word.text.as_str()));
                if let Some(word) = lowest.or(forced) {
                    say(word.span, &word.text);
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |_, it| {
            let old = it.words.iter().skip(1).find(|word| OLD.contains(&word.text.as_str()));
            if let Some(word) = old.filter(|_| it.name().ends_with("ssl_protocols")) {
                say(word.span, &word.text);
            }
        }),
        _ => {}
    }
}
