//! Servers of one Redis that do not find one another.

use std::net::IpAddr;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::local;
use crate::diagnostic::{Severity, SourceId, Span, quoted};
use crate::manifest::{Document, Redis, Word};

pub(super) const RULE: Rule = Rule {
    id: "redis-mismatch",
    severity: Severity::Error,
    about: "servers of one Redis that do not find one another",
    docs: "A replica follows an address where a primary listens, with the password that the primary asks for; sentinels have \
        it too, and every server has it as its own, since each may become the primary.",
    on: true,
    bad: &[
        "services:\n  a: { image: \"redis:7\", command: redis-server --requirepass one --masterauth two }\n",
        "services:\n  a: { image: \"redis:7\", command: redis-server --requirepass k3Zr9v --masterauth k3Zr9v }\n  b: { image: \"redis:7\", command: redis-server --replicaof a 26379 --requirepass k3Zr9v --masterauth k3Zr9v }\n",
        "services:\n  a: { image: \"redis:7\", command: redis-server --cluster-enabled yes --replicaof b 6379 }\n",
    ],
    good: &[
        "services:\n  a: { image: \"redis:7\", command: redis-server --requirepass k3Zr9v --masterauth k3Zr9v }\n  b: { image: \"redis:7\", command: redis-server --replicaof a 6379 --requirepass k3Zr9v --masterauth k3Zr9v }\n",
    ],
    check: Check::Documents(check),
};

/// A server whose own file says where it is.
struct Server<'d> {
    config: &'d Redis,
    addresses: Vec<&'d str>,
    port: &'d str,
    source: Option<SourceId>,
}

fn check(documents: &[Document], report: &mut Report<'_>) {
    let configs = |sentinel: bool| {
        documents.iter().filter_map(move |document| match document {
            Document::Redis(config) if config.sentinel == sentinel => Some((config, document.source())),
            _ => None,
        })
    };
    let mut servers = Vec::new();
    for (config, source) in configs(false) {
        alone(config, report);
        let bind = config.setting("bind").map_or(&[][..], |(_, rest)| rest);
        let addresses =
            bind.iter().map(|word| word.text.trim_start_matches('-')).filter(|it| it.parse::<IpAddr>().is_ok());
        let port = config.value("port").map_or("6379", |word| word.text.as_str());
        servers.push(Server { config, addresses: addresses.collect(), port, source });
    }
    // Each in a file of its own that says its addresses: then who is called is known.
    let files = servers.len() > 1
        && servers.iter().all(|it| it.addresses.iter().any(|address| !local(address) && *address != "0.0.0.0"))
        && servers.windows(2).all(|two| two[0].source != two[1].source);
    if files {
        together(&servers, report);
    }
    for (config, _) in configs(true).filter(|_| files) {
        for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
            let words: Vec<&str> = line.words.iter().skip(3).take(2).map(|word| word.text.as_str()).collect();
            let watched = servers.iter().find(|it| it.addresses.contains(words.first().unwrap_or(&"")));
            let wanted = watched.and_then(|it| it.config.value("requirepass"));
            let name = line.words.get(2).map_or("", |word| &word.text);
            let given = config.setting(&format!("sentinel auth-pass {name}")).and_then(|(_, rest)| rest.first());
            match (wanted, given) {
                (Some(_), None) => {
                    let what = format!("{} asks for a password, and this sentinel has none", quoted(name));
                    report.find(line.span(), what, format!("add `sentinel auth-pass {name} ...`"));
                }
                (Some(wanted), Some(given)) if differs(wanted, given) => {
                    report.find(given.span, "the primary asks for another password", "write its `requirepass`");
                }
                _ => {}
            }
        }
    }
}

fn differs(one: &Word, other: &Word) -> bool {
    let plain = |text: &str| !text.contains(['$', '{', '%']);
    one.text != other.text && plain(&one.text) && plain(&other.text)
}

/// What one file contradicts itself in.
fn alone(config: &Redis, report: &mut Report<'_>) {
    if let (Some(own), Some(primary)) = (config.value("requirepass"), config.value("masterauth"))
        && differs(own, primary)
    {
        let what = "the password of the primary is another than this server's own, and it may become the primary";
        report.find(primary.span, what, "write one password for both");
    }
    let follows = config.setting("replicaof").or(config.setting("slaveof")).map(|(line, _)| line.span());
    let clustered = config.value("cluster-enabled").is_some_and(|word| word.text == "yes");
    if let Some(span) = follows.filter(|_| clustered) {
        report.find(span, "a member of a Redis cluster follows whom the cluster says", "remove it, or the cluster");
    }
    let follows = config.setting("replicaof").map(|(_, rest)| rest);
    if let Some([_, port, ..]) = follows.filter(|rest| rest.len() > 1)
        && port.text == "26379"
    {
        report.find(
            port.span,
            "this is a sentinel's port, and nobody can be followed there",
            "write the primary's, 6379",
        );
    }
    let tls = config.value("tls-port").filter(|word| word.text != "0");
    if let Some(word) = tls.filter(|_| config.whole && config.value("tls-cert-file").is_none()) {
        report.find(word.span, "there is no certificate to speak TLS with", "add `tls-cert-file` and `tls-key-file`");
    }
    let port = config.value("port").filter(|word| word.text == "0");
    if let Some(word) = port.filter(|_| tls.is_none() && config.value("unixsocket").is_none() && config.whole) {
        report.find(word.span, "the server listens nowhere", "write a port, or `tls-port`");
    }
    let bind = config.setting("bind").map_or(&[][..], |(_, rest)| rest);
    let outside = bind.iter().find(|word| !local(word.text.trim_start_matches('-')));
    let guarded = config.value("protected-mode").is_none_or(|word| word.text == "yes");
    let secret =
        config.value("requirepass").is_some() || config.setting("user").is_some() || config.value("aclfile").is_some();
    if let Some(word) =
        outside.filter(|_| guarded && !secret && config.whole && config.value("protected-mode").is_some())
    {
        let what = "without a password `protected-mode` refuses everybody who comes from outside";
        report.find(word.span, what, "add `requirepass`");
    }
}

/// What several files contradict one another in.
fn together(servers: &[Server<'_>], report: &mut Report<'_>) {
    let follows = |it: &Server<'_>| {
        let (line, rest) = it.config.setting("replicaof").or(it.config.setting("slaveof"))?;
        Some((line.span(), rest.first()?.text.clone(), rest.get(1)?.text.clone()))
    };
    let at = |host: &str| servers.iter().find(|it| it.addresses.contains(&host));
    let primaries: Vec<&Server<'_>> = servers.iter().filter(|it| follows(it).is_none()).collect();
    let replicated = servers.iter().any(|it| follows(it).is_some());
    if let Some(second) = primaries.get(1).filter(|_| replicated) {
        let span = second.config.lines.first().map_or(Span::DEFAULT, |line| line.span());
        report.find(span, "two servers follow nobody: there are two primaries", "add `replicaof` with the primary");
    }
    for server in servers {
        let Some((span, host, port)) = follows(server).filter(|(_, host, _)| host.parse::<IpAddr>().is_ok()) else {
            continue;
        };
        let Some(primary) = at(&host) else {
            report.find(
                span,
                format!("no server of these listens at {}", quoted(&host)),
                "write the primary's address",
            );
            continue;
        };
        if primary.port != port && port != "26379" {
            report.find(span, format!("that server listens at {}", quoted(primary.port)), "write its port");
        }
        if let Some((_, next, _)) = follows(primary) {
            let circle = at(&next).is_some_and(|it| std::ptr::eq(it, server));
            let what = if circle {
                "the two follow one another, and nobody is the primary"
            } else {
                "a replica of a replica is two steps behind, and lost with it"
            };
            report.find(span, what, "follow the primary");
        }
        if let (Some(wanted), Some(given)) = (primary.config.value("requirepass"), server.config.value("masterauth"))
            && differs(wanted, given)
        {
            report.find(given.span, "the primary asks for another password", "write its `requirepass`");
        }
    }
    for primary in primaries.iter().filter(|_| replicated) {
        let bind = primary.config.setting("bind").map(|(line, _)| line.span());
        let key = |name: &str| primary.config.value(name);
        let bounded = ["min-replicas-to-write", "min-slaves-to-write"].iter().find_map(|name| key(name));
        match bounded {
            Some(word) if word.text == "0" => {
                let what = "cut off from its replicas the primary takes writes that are lost";
                report.find(word.span, what, "write 1");
            }
            None if primary.config.whole => {
                let span = bind.or(primary.config.lines.first().map(|line| line.span())).unwrap_or(Span::DEFAULT);
                let what = "cut off from its replicas the primary takes writes that are lost";
                report.find(span, what, "add `min-replicas-to-write 1` and `min-replicas-max-lag 2`");
            }
            _ => {}
        }
    }
}
