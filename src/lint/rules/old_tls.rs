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
    weak_ciphers(document, report);
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

/// Ciphers that hide nothing, or nothing for long.
const WEAK: &[&str] =
    &["NULL", "ENULL", "ANULL", "RC4", "EXP", "EXPORT", "LOW", "DES", "3DES", "MD5", "ADH", "AECDH", "ALL"];

fn weak_ciphers(document: &Document, report: &mut Report<'_>) {
    let mut judge = |text: &str, span: Span| {
        let refused = |word: &str| text.split(':').any(|it| it.eq_ignore_ascii_case(&format!("!{word}")));
        // Of all ciphers those are left that are not refused.
        let weak = text.split([':', ' ', ',']).find(|word| {
            let parts = word.trim_start_matches('+');
            let weak = WEAK.iter().any(|it| parts.split(['-', '+']).any(|part| part.eq_ignore_ascii_case(it)));
            let all = parts.eq_ignore_ascii_case("ALL") && refused("aNULL") && refused("eNULL");
            !word.starts_with(['!', '-']) && weak && !all
        });
        if let Some(word) = weak {
            let what = format!("{} lets clients use ciphers that are broken", quoted(word));
            report.find(span, what, "remove it: the program's own list is better");
        }
    };
    match document {
        Document::Haproxy(config) => {
            for line in config.sections.iter().flat_map(|section| &section.lines) {
                let list = ["ssl-default-bind-ciphers", "ssl-default-server-ciphers", "ciphers"];
                for word in list.iter().filter_map(|key| line.value(key)) {
                    judge(&word.text, word.span);
                }
            }
        }
        Document::Nginx(config) => config.each(&mut |_, it| {
            if it.name().ends_with("ssl_ciphers") && it.words.len() > 1 {
                judge(it.argument(1), it.words[1].span);
            }
        }),
        _ => {}
    }
}
