//! What nginx takes once, and stands there twice.

use std::collections::HashMap;

use super::super::api::{Check, Report, Rule};
use super::super::values;
use super::misplaced_word::context;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "said-twice",
    severity: Severity::Error,
    about: "what nginx takes once, and stands there twice",
    docs: "A setting twice in one block, a location twice in one server, two default servers at one port, two defaults of \
        one map: nginx does not start.",
    on: true,
    bad: &[
        "http {\n  sendfile on;\n  sendfile on;\n  server { listen 80; }\n}\n",
        "http {\n  server { listen 80; location /a/ { return 200; } location /a/ { return 404; } }\n}\n",
        "http {\n  server { listen 80 default_server; }\n  server { listen 80 default_server; }\n}\n",
        "http {\n  map $a $b { default 1; default 2; }\n  server { listen 80; }\n}\n",
        "http {\n  server { listen 80; location /a { root /a; alias /b; } }\n}\n",
    ],
    good: &[
        "http {\n  sendfile on;\n  server { listen 80 default_server; sendfile off; location /a/ { return 200; } location = /a/ { return 404; } }\n  server { listen 81 default_server; location /a/ { return 200; } add_header A b; add_header C d; }\n}\n",
    ],
    check: Check::Nginx(check),
};

fn check(config: &Nginx, report: &mut Report<'_>) {
    let part = config.is_part() && !config.directives.iter().any(|it| it.name() == "http");
    let mut defaults: HashMap<String, ()> = HashMap::new();
    block(&mut Vec::new(), &config.directives, part, &mut defaults, report);
}

fn block<'n>(
    around: &mut Vec<&'n Directive>,
    all: &'n [Directive],
    part: bool,
    defaults: &mut HashMap<String, ()>,
    report: &mut Report<'_>,
) {
    let here = context(around, part);
    let mut seen: HashMap<String, ()> = HashMap::new();
    let mut twice = |key: String| seen.insert(key, ()).is_some();
    for it in all {
        let words = || it.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let once = here.is_some_and(|here| {
            values::nginx(it.name()).iter().any(|form| form.once && !form.block && form.contexts.contains(here))
        });
        let inside = around.last().map_or("", |outer| outer.name());
        if once && twice(it.name().to_owned()) {
            report.find(it.words[0].span, format!("{} stands in this block twice", quoted(it.name())), "keep one");
        } else if it.name() == "location" && twice(words()) {
            report.find(it.words[0].span, format!("{} stands in this server twice", quoted(&words())), "keep one");
            // Of patterns nginx takes the first, and the second never answers.
            if matches!(it.argument(1), "~" | "~*") {
                report.soften();
            }
        } else if it.name() == "default" && matches!(inside, "map" | "geo") && twice("default".to_owned()) {
            report.find(it.words[0].span, format!("the {inside} has two defaults"), "keep one");
        } else if matches!(it.name(), "root" | "alias") && inside == "location" && twice("root or alias".to_owned()) {
            report.find(it.words[0].span, "a location has `root` or `alias`, not both", "keep one");
        }
        let default = it.name() == "listen"
            && it.words.iter().any(|word| matches!(word.text.as_str(), "default_server" | "default"));
        if default && inside == "server" && around.first().is_none_or(|outer| outer.name() != "stream") {
            let address = it.argument(1);
            let port = if address.contains(':') { address.to_owned() } else { format!("*:{address}") };
            if defaults.insert(port, ()).is_some() {
                report.find(
                    it.words[0].span,
                    format!("two servers are the default at {}", quoted(address)),
                    "let one be",
                );
            }
        }
        if !it.block.is_empty() {
            around.push(it);
            block(around, &it.block, part, defaults, report);
            around.pop();
        }
    }
}
