//! A server whose certificate nobody looks at.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "unverified-server",
    severity: Severity::Info,
    about: "a server whose certificate nobody looks at",
    docs: "With `verify none` whoever stands between reads and changes everything. `verify required ca-file` \
        asks for the certificate.",
    on: true,
    bad: &[r#"defaults
    mode http
backend web
    server a 192.0.2.1:443 ssl verify none
"#],
    good: &[
        r#"defaults
    mode http
backend web
    server a 192.0.2.1:443 ssl verify required ca-file /ca.pem
"#,
        r#"http {
  server { location / { proxy_pass https://web; proxy_ssl_verify on; } }
}
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    let Document::Haproxy(config) = document else { return };
    for section in config.sections.iter().filter(|section| section.has_servers()) {
        let mut lines =
            section.lines.iter().filter(|line| matches!(line.words[0].text.as_str(), "server" | "default-server"));
        // Where the check alone speaks TLS, the clients look at the certificate.
        let speaks = section.lines.iter().chain(section.defaults.iter()).any(|line| line.has("ssl"));
        if let Some(word) = lines.find_map(|line| line.value("verify").filter(|word| word.text == "none" && speaks)) {
            report.find(
                word.span,
                format!("nobody looks at the certificates of the servers of `{}`", section.name),
                "write `verify required ca-file` with the authority's certificate",
            );
        }
    }
}
