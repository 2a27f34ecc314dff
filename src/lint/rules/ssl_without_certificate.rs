//! A listener with TLS and without a certificate.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "ssl-without-certificate",
    severity: Severity::Error,
    about: "a listener with TLS and without a certificate",
    docs: "nginx and haproxy do not start.",
    on: true,
    bad: &[
        r#"http {
  server { listen 443 ssl; }
}
"#,
        r#"frontend web
    bind :443 ssl
"#,
    ],
    good: &[
        r#"http {
  ssl_certificate a.pem;
  server { listen 443 ssl; }
}
"#,
        r#"http {
  server { listen 443 ssl; include ssl.conf; }
}
"#,
        r#"frontend web
    bind :443 ssl crt /a.pem
"#,
        r#"http {
  server { listen 443 ssl; ssl_reject_handshake on; }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let (mut plain, mut keyless) = (Vec::new(), Vec::new());
    let mut say = |span: Span, help: &str| report.find(span, "this listener has no certificate", help);
    match document {
        Document::Haproxy(config) => {
            for line in config.sections.iter().flat_map(|section| section.all("bind")) {
                let has = ["crt", "crt-list", "default-crt", "generate-certificates"].iter().any(|it| line.has(it));
                if line.has("ssl") && !has {
                    say(line.span(), "add `crt` with the file of the certificate and its key");
                } else if line.has("crt") && !line.has("ssl") {
                    plain.push(line.span());
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |around, it| {
            let ssl = it.name() == "listen" && it.words.iter().any(|word| word.text == "ssl");
            let has = ["ssl_certificate", "include", "ssl_reject_handshake"];
            let has = has.iter().any(|name| config.holds(around, name).is_some());
            let tls = it.name() == "listen" && it.argument(1).rsplit(':').next() == Some("443");
            let server = around.last().is_some_and(|block| block.name() == "server");
            let own = around.last().is_some_and(|block| block.all("ssl_certificate").next().is_some());
            let on = around.last().is_some_and(|block| block.all("ssl").next().is_some());
            if tls
                && server
                && own
                && !ssl
                && !on
                && !it.words.iter().any(|word| matches!(word.text.as_str(), "quic" | "udp"))
            {
                plain.push(it.words[0].span);
            }
            let key = around.last().is_some_and(|block| block.all("ssl_certificate_key").next().is_some());
            if ssl && server && own && !key && config.holds(around, "ssl_certificate_key").is_none() {
                keyless.push(it.words[0].span);
            }
            if ssl && !has && around.last().is_some_and(|block| block.name() == "server") {
                say(it.words[0].span, "add `ssl_certificate` and `ssl_certificate_key`");
            }
        }),
        _ => {}
    }
    for span in keyless {
        report.find(span, "the certificate of this listener has no key", "add `ssl_certificate_key`");
    }
    for span in plain {
        report.find(span, "this listener has a certificate and speaks without it, in plain text", "add `ssl`");
    }
}
