//! A configuration whose form is broken.

use super::super::api::{Check, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Nginx;

pub(super) const RULE: Rule = Rule {
    id: "broken-syntax",
    severity: Severity::Error,
    about: "a configuration whose form is broken",
    docs: "A missing `;` makes the next directive an argument of the one before, and a missing `}` makes the \
        rest a part of its block: nginx does not start.",
    on: true,
    bad: &[
        r#"events {
}
http {
  server { listen 80; }
"#,
        r#"http {
  server {
    listen 80
    location / { return 200; }
  }
}
"#,
        r#"http {
  server {
    listen 80
  }
}
"#,
    ],
    good: &[r#"events {
}
http {
  log_format a "b"
    "c";
  add_header X
    y;
}
"#],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    for (span, message) in &config.broken {
        report.find(*span, message.as_str(), "close it");
    }
    config.each(&mut |_, it| {
        let lua = it.name().contains("_lua_block");
        let next = it.starts.iter().map(|at| &it.words[*at]).find(|word| {
            let text = word.text.as_str();
            matches!(
                text,
                "server"
                    | "upstream"
                    | "if"
                    | "map"
                    | "listen"
                    | "location"
                    | "root"
                    | "return"
                    | "rewrite"
                    | "include"
            ) || text.contains('_') && keywords::known("nginx", text)
        });
        if let Some(word) = next.filter(|_| !lua) {
            let first = &it.words[0];
            report.find(
                first.span,
                format!("{} has no `;` at its end, and takes {} for its own", quoted(&first.text), quoted(&word.text)),
                "write `;` at its end",
            );
        }
    });
}
