//! A directive with too many arguments, or too few.

use super::super::api::{Check, Report, Rule};
use super::super::values;
use super::misplaced_word::context;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Document, Line, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "wrong-arguments",
    severity: Severity::Error,
    about: "a directive with too many arguments, or too few",
    docs: "nginx and Redis do not start. In nginx a `;` is often missing: the next directive is an argument then. Redis \
        takes what follows `#` in a line for arguments.",
    on: true,
    bad: &[
        "http {\n  server_tokens off\n  tcp_nopush on;\n  server { listen 80; }\n}\n",
        "http {\n  server { listen 80; location / { proxy_set_header Host; } }\n}\n",
        "timeout 0 # never\nappendonly yes\nprotected-mode yes\n",
        "save 900\nreplicaof 192.0.2.1\nappendonly yes\n",
    ],
    good: &[
        "http {\n  server_tokens off;\n  log_format a 'b'\n    'c';\n  server { listen 80 default_server; location = /a { proxy_set_header Host $host; } }\n}\n",
        "timeout 0\nappendonly yes\nsave 900 1 300 10\nsave \"\"\nreplicaof 192.0.2.1 6379\n# a\nclient-output-buffer-limit normal 0 0 0\n",
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Nginx(config) => {
            let part = config.is_part() && !config.directives.iter().any(|it| it.name() == "http");
            config.each(&mut |around, it| nginx(around, it, part, report));
            nginx_whole(config, report);
        }
        Document::Redis(config) => config.lines.iter().for_each(|line| redis(line, report)),
        _ => {}
    }
}

fn nginx(around: &[&Directive], it: &Directive, part: bool, report: &mut Report<'_>) {
    let forms = values::nginx(it.name());
    // A condition is one argument however many words it has.
    let Some(here) = context(around, part).filter(|_| it.name() != "if") else { return };
    let mut own = forms.iter().filter(|form| form.contexts.contains(here)).peekable();
    let count = (it.words.len() - 1).min(7);
    if own.peek().is_none()
        || own.any(|form| form.counts.chars().any(|digit| digit.to_digit(10) == u32::try_from(count).ok()))
    {
        return;
    }
    let next = it.starts.iter().map(|at| &it.words[*at]).find(|word| !values::nginx(&word.text).is_empty());
    match next {
        Some(next) => report.find(
            it.words[0].span,
            format!("there is no `;` between {} and {}", quoted(it.name()), quoted(&next.text)),
            "add `;` at its end",
        ),
        None => report.find(
            it.words[0].span,
            format!("{} takes another number of arguments than {}", quoted(it.name()), it.words.len() - 1),
            "write what it takes, quoted where it has blanks",
        ),
    }
}

/// A whole configuration says how many connections there may be, if only by an empty block.
fn nginx_whole(config: &Nginx, report: &mut Report<'_>) {
    let main =
        config.directives.iter().any(|it| matches!(it.name(), "worker_processes" | "pid" | "worker_rlimit_nofile"));
    let has = |name: &str| config.directives.iter().any(|it| it.name() == name);
    let elsewhere = config.directives.iter().any(|it| it.name() == "include");
    if main && has("http") && !has("events") && !elsewhere {
        let what = "nginx does not start without a block `events`";
        report.find(config.directives[0].words[0].span, what, "add `events {}`");
    }
}

fn redis(line: &Line, report: &mut Report<'_>) {
    let name = line.words[0].text.to_ascii_lowercase();
    let Some(form) = values::redis(&name) else { return };
    let given = line.words.len() - 1;
    // What words of a command have is not one line.
    let counts: Vec<usize> =
        form.counts.chars().filter_map(|digit| digit.to_digit(10)).filter_map(|it| usize::try_from(it).ok()).collect();
    let most = counts.iter().max().copied().unwrap_or(0);
    if counts.contains(&given) || given > most && most == 4 {
        return;
    }
    let what = format!("{} takes another number of arguments than {given}", quoted(&name));
    report.find(line.words[0].span, what, "write what it takes; a comment is a line of its own");
}
