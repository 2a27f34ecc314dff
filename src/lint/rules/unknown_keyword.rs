//! A misspelt word that its program refuses.

use std::collections::HashSet;

use super::super::api::{Check, Finding, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, SourceId, quoted};
use crate::manifest::{Document, Haproxy, Nginx, Word};

pub(super) const RULE: Rule = Rule {
    id: "unknown-keyword",
    severity: Severity::Error,
    about: "a misspelt word that its program refuses",
    docs: "haproxy, nginx and Redis do not start with a word that they do not know. Words that are near none \
        that is known may be a module's, and are left alone. Where nginx is told to `load_module`, one that is near \
        may be a module's too, and is a warning.",
    on: true,
    bad: &[
        r#"backend web
    retrys 3
    server a 192.0.2.1:80
"#,
        r#"backend web
    option redispach
    server a 192.0.2.1:80
"#,
        r#"backend web
    server a 192.0.2.1:80 chek
"#,
        r#"http {
  proxy_raed_timeout 10s;
}
"#,
        r#"http {
  upstream web { server 192.0.2.1 max_fail=2; }
}
"#,
    ],
    good: &[
        r#"backend web
    no option redispatch
    server a 192.0.2.1:80 check source 192.0.2.9 usesrc clientip
"#,
        r#"http {
  brotli on;
  fancy_words x;
  map $a $b { lsten x; }
}
"#,
    ],
    check: Check::Document(check),
};

/// Words of a server in an upstream, before `=` where a value follows.
const SERVER: &[&str] = &[
    "weight",
    "max_conns",
    "max_fails",
    "fail_timeout",
    "backup",
    "down",
    "resolve",
    "route",
    "service",
    "slow_start",
    "drain",
    "id",
];
/// Blocks whose lines are no directives.
const TABLES: &[&str] = &["map", "geo", "types", "split_clients", "charset_map", "match", "fastcgi_param"];

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Haproxy(config) => haproxy(config, report),
        Document::Nginx(config) => config.each(&mut |around, it| {
            if around.iter().any(|block| TABLES.contains(&block.name()) || block.name().contains("lua")) {
                return;
            }
            if judge("nginx", &it.words[0], report) && config.loads_modules() {
                report.soften();
            }
            if it.name() == "server" && around.last().is_some_and(|block| block.name() == "upstream") {
                for word in it.words.iter().skip(2) {
                    let name = word.text.split('=').next().unwrap_or_default();
                    if let Some(near) = keywords::near(name, SERVER.iter().copied()).filter(|_| !SERVER.contains(&name))
                    {
                        say(word, name, near, report);
                    }
                }
            }
        }),
        Document::Redis(config) => {
            for line in &config.lines {
                let word = &line.words[0];
                let lower = word.text.to_ascii_lowercase();
                // Modules' words hold a point, and a sentinel's own are its own.
                if !word.text.contains('.') && !keywords::known("redis", &lower) && !config.sentinel {
                    judge("redis", word, report);
                }
            }
        }
        _ => {}
    }
}

fn haproxy(config: &Haproxy, report: &mut Report<'_>) {
    for section in &config.sections {
        let list = match section.kind.text.as_str() {
            "global" => "haproxy-global",
            "defaults" | "frontend" | "backend" | "listen" => "haproxy-proxy",
            _ => continue,
        };
        for line in &section.lines {
            let from = usize::from(matches!(line.words[0].text.as_str(), "no" | "default"));
            let Some(first) = line.words.get(from).filter(|word| !word.text.starts_with('.')) else { continue };
            judge(list, first, report);
            let (list, from) = match first.text.as_str() {
                _ if list == "haproxy-global" => continue,
                "option" => ("haproxy-option", from + 1),
                "timeout" => ("haproxy-timeout", from + 1),
                "server" => ("haproxy-server", 3),
                "default-server" => ("haproxy-server", 1),
                "bind" => ("haproxy-bind", 2),
                _ => continue,
            };
            let words = line.words.get(from..).unwrap_or_default();
            let named = matches!(list, "haproxy-option" | "haproxy-timeout");
            let mut before = "";
            for word in words.iter().take(if named { 1 } else { words.len() }) {
                // What stands behind a word that is known may be its value.
                if named || before.is_empty() || !keywords::known(list, before) || VALUELESS.contains(&before) {
                    judge(list, word, report);
                }
                before = &word.text;
            }
        }
    }
}

/// Words of servers behind which no value stands.
const VALUELESS: &[&str] = &["check", "backup", "disabled", "ssl", "send-proxy", "check-ssl", "no-check", "non-stick"];

/// Says that a word is misspelt, and whether it is.
fn judge(list: &'static str, word: &Word, report: &mut Report<'_>) -> bool {
    let near = keywords::meant(list, &word.text).filter(|_| !keywords::known(list, &word.text));
    if let Some(near) = near {
        say(word, &word.text, near, report);
    }
    near.is_some()
}

/// Makes warnings of what stands in parts of configurations whose whole loads modules.
pub(crate) fn soften_parts(documents: &[Document], findings: &mut [Finding]) {
    let configs = || {
        documents.iter().filter_map(|document| match document {
            Document::Nginx(config) => Some(config),
            _ => None,
        })
    };
    let includes = |config: &Nginx| {
        let mut found = false;
        config.each(&mut |_, it| found |= it.name() == "include");
        found
    };
    if !configs().any(|config| config.loads_modules() && includes(config)) {
        return;
    }
    let parts: HashSet<SourceId> = configs().filter(|config| config.is_part()).filter_map(Nginx::source).collect();
    for finding in findings.iter_mut().filter(|finding| finding.rule.id == RULE.id) {
        if finding.problem.span.is_some_and(|span| parts.contains(&span.source)) {
            finding.problem.severity = Severity::Warning;
        }
    }
}

fn say(word: &Word, text: &str, near: &str, report: &mut Report<'_>) {
    report.find(word.span, format!("there is no word {}", quoted(text)), format!("did you mean `{near}`?"));
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Severity, Sources};
    use crate::lint::{Settings, run_rules};
    use crate::manifest;

    /// How bad the misspelt words of some files are, in their order.
    fn severities(files: &[&str]) -> Vec<Severity> {
        let (mut sources, mut documents) = (Sources::default(), Vec::new());
        for text in files {
            let source = sources.add("nginx.conf", *text);
            documents.extend(manifest::of_file("nginx.conf", text, source, &mut Vec::new()).unwrap());
        }
        let findings = run_rules(&documents, &sources, &Settings::default(), &[&super::RULE]);
        findings.into_iter().map(|finding| finding.problem.severity).collect()
    }

    #[test]
    fn a_module_may_bring_the_word() {
        let whole = "events {}\nhttp {\n  proxy_raed_timeout 1s;\n  include sites/*;\n}\n";
        let part = "server {\n  proxy_raed_timeout 1s;\n}\n";
        let loads = format!("load_module a.so;\n{whole}");
        let debian = format!("include /etc/nginx/modules-enabled/*.conf;\n{whole}");
        assert_eq!(severities(&[whole, part]), [Severity::Error; 2]);
        assert_eq!(severities(&[&loads, part]), [Severity::Warning; 2]);
        assert_eq!(severities(&[&debian]), [Severity::Warning]);
        assert_eq!(severities(&["load_module a.so;\nevents {\n}\n", whole, part]), [Severity::Error; 2]);
    }
}
