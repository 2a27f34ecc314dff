//! An upstream that nginx does not take as it stands.

use super::super::api::{Check, Report, Rule};
use super::super::balancers::upstreams;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "bad-upstream",
    severity: Severity::Error,
    about: "an upstream that nginx does not take as it stands",
    docs: "nginx does not start with an upstream whose servers are all `backup`, with a `backup` beside a method that \
        picks by a hash, with a `zone` below 32k or `keepalive 0`. Of two methods the last holds, and one behind \
        `keepalive` takes that away. Where all servers are `down` every request is answered with 502.",
    on: true,
    bad: &[
        "http {\n  upstream a { server 192.0.2.1 backup; server 192.0.2.2 backup; }\n}\n",
        "http {\n  upstream a { server 192.0.2.1 down; server 192.0.2.2 down; }\n}\n",
        "http {\n  upstream a { hash $uri; server 192.0.2.1; server 192.0.2.2 backup; }\n}\n",
        "http {\n  upstream a { least_conn; random; server 192.0.2.1; server 192.0.2.2; }\n}\n",
        "http {\n  upstream a { server 192.0.2.1; server 192.0.2.2; keepalive 8; least_conn; }\n}\n",
        "http {\n  upstream a { zone a 8k; server 192.0.2.1; server 192.0.2.2; keepalive 0; }\n}\n",
    ],
    good: &[
        "http {\n  upstream a { zone a 64k; least_conn; server 192.0.2.1; server 192.0.2.2 backup; server 192.0.2.3 down; keepalive 8; }\n  upstream b { zone a; ip_hash; server 192.0.2.1 down; server 192.0.2.2; }\n}\n",
    ],
    check: Check::Nginx(check),
};

/// Methods by which a server is picked.
const METHODS: &[&str] = &["least_conn", "ip_hash", "hash", "random", "least_time"];
/// Those that know no backups.
const HASHES: &[&str] = &["ip_hash", "hash", "random"];

fn check(config: &Nginx, report: &mut Report<'_>) {
    upstreams(config).into_iter().for_each(|upstream| judge(upstream, report));
}

fn judge(upstream: &Directive, report: &mut Report<'_>) {
    let name = quoted(upstream.argument(1));
    let has = |server: &Directive, word: &str| server.words.iter().skip(2).any(|it| it.text == word);
    let elsewhere = upstream.block.iter().any(|it| matches!(it.name(), "include" | "state"));
    if let Some(first) = upstream.all("server").next().filter(|_| !elsewhere) {
        let all = |word: &str| upstream.all("server").all(|server| has(server, word));
        if all("backup") {
            let what = format!("each server of {name} is a backup, and nginx does not start");
            report.find(first.words[0].span, what, "remove `backup` where requests shall go first");
        } else if all("down") {
            let what = format!("each server of {name} is down: every request is answered with 502");
            report.find(first.words[0].span, what, "remove `down` where requests shall go");
        }
    }
    let mut methods = upstream.block.iter().filter(|it| METHODS.contains(&it.name()));
    let hash = upstream.block.iter().find(|it| HASHES.contains(&it.name()));
    let backup = upstream.all("server").find(|it| has(it, "backup"));
    if let (Some(hash), Some(backup)) = (hash, backup) {
        let what = format!("`{}` knows no `backup`, and nginx does not start", hash.name());
        report.find(backup.words[0].span, what, "remove `backup`, or balance by `least_conn`");
    }
    let first = methods.next();
    if let (Some(first), Some(second)) = (first, methods.next()) {
        let what = format!("{name} is balanced by `{}`, and then by `{}`: the last holds", first.name(), second.name());
        report.find(second.words[0].span, what, "keep one");
    }
    let kept = upstream.block.iter().position(|it| it.name() == "keepalive");
    let late = kept.and_then(|at| upstream.block[at..].iter().find(|it| METHODS.contains(&it.name())));
    if let Some(method) = late {
        let what = format!("behind `keepalive`, `{}` takes it away: no connection is kept", method.name());
        report.find(method.words[0].span, what, "write it before `keepalive`");
    }
    for it in &upstream.block {
        let argument = it.argument(1);
        match it.name() {
            "keepalive" if argument == "0" => {
                report.find(it.words[1].span, "nginx does not start with `keepalive 0`", "write 16, or remove it");
            }
            "zone" => {
                let Some(word) = it.words.get(2) else { continue };
                let kilobytes = match word.text.strip_suffix(['k', 'K']) {
                    Some(number) => number.parse::<u64>().ok(),
                    None => word.text.parse::<u64>().ok().map(|bytes| bytes / 1024),
                };
                if kilobytes.is_some_and(|it| it < 32) {
                    let what =
                        format!("{} is too small for what servers share, and nginx does not start", quoted(&word.text));
                    report.find(word.span, what, "write `64k`");
                }
            }
            _ => {}
        }
    }
}
