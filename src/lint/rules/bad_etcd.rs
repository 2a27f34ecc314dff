//! A setting that etcd refuses.

use std::net::IpAddr;

use super::super::api::{Check, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "bad-etcd",
    severity: Severity::Error,
    about: "a setting that etcd refuses",
    docs: "etcd listens at addresses, not at names, each with its scheme and port; numbers are whole milliseconds and \
        bytes; and it does not start with a setting that it does not know.",
    on: true,
    bad: &[
        "name: a\ninitial-cluster: a=http://192.0.2.1:2380\ninitial-cluster-state: fresh\n",
        "name: a\nlisten-client-urls: https://etcd-1.internal:2379\n",
        "name: a\nlisten-client-urls: 192.0.2.1:2379\n",
        "name: a\nlisten-client-urls: https://192.0.2.1\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\nlisten-peer-urls: http://192.0.2.1:2379\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\nquota-backend-bytes: 8GB\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\nelection-timeout: 60000\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\nauto-compaction-mode: period\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\ninitial-cluster: a=http://192.0.2.1:2380\ndiscovery: https://d/x\n",
        "name: a\nlisten-client-urls: http://192.0.2.1:2379\nelection-timeuot: 1000\n",
        "name: a\nlisten-client-urls: https://192.0.2.1:2379\nclient-transport-security: { cert-file: /a.crt }\n",
    ],
    good: &[
        "name: a\nlisten-client-urls: https://192.0.2.1:2379,http://127.0.0.1:2379,http://localhost:2378,unix://a:0\n\
         listen-peer-urls: https://[2001:db8::1]:2380\ninitial-cluster: a=https://[2001:db8::1]:2380\n\
         initial-cluster-state: existing\nelection-timeout: 1000\nquota-backend-bytes: 8589934592\n\
         auto-compaction-mode: periodic\nauto-compaction-retention: 1h\n\
         client-transport-security: { cert-file: /a.crt, key-file: /a.key }\nlog-outputs: [stderr]\n",
        "services:\n  etcd:\n    image: etcd:3.5\n    environment: { ETCD_NAME: a, ETCD_LISTEN_CLIENT_URLS: \"http://${IP}:2379\" }\n",
    ],
    check: Check::Etcd(check),
};

const WORDS: &[(&str, &[&str])] = &[
    ("logger", &["zap", "capnslog"]),
    ("initial-cluster-state", &["new", "existing"]),
    ("auto-compaction-mode", &["periodic", "revision"]),
    ("log-level", &["debug", "info", "warn", "error", "panic", "fatal"]),
    ("discovery-fallback", &["exit", "proxy"]),
];
const NUMBERS: &[&str] = &[
    "heartbeat-interval",
    "election-timeout",
    "snapshot-count",
    "quota-backend-bytes",
    "max-snapshots",
    "max-wals",
    "max-txn-ops",
    "max-request-bytes",
    "auth-token-ttl",
];
/// Addresses, and whether they are listened at.
const ADDRESSES: &[(&str, bool)] = &[
    ("listen-client-urls", true),
    ("listen-peer-urls", true),
    ("listen-metrics-urls", true),
    ("advertise-client-urls", false),
    ("initial-advertise-peer-urls", false),
];
/// Milliseconds that an election may take at most.
const LONGEST: u64 = 50_000;
/// Certificates, and the keys that go with them.
const PAIRS: &[(&str, &str)] = &[("cert-file", "key-file"), ("peer-cert-file", "peer-key-file")];

fn filled(text: &str) -> bool {
    text.contains(['$', '{', '<', '`'])
}

fn check(config: &Etcd, report: &mut Report<'_>) {
    for (name, value, span) in &config.settings {
        // Images have variables of their own beside etcd's.
        if let Some(near) = keywords::meant("etcd-flag", name).filter(|_| !keywords::known("etcd-flag", name)) {
            report.find(*span, format!("etcd has no setting {}", quoted(name)), format!("did you mean `{near}`?"));
        }
        if filled(value) {
            continue;
        }
        if let Some((_, words)) = WORDS.iter().find(|(key, words)| key == name && !words.contains(&value.as_str())) {
            let known = words.join("`, `");
            report.find(*span, format!("{} is none of `{known}`", quoted(value)), format!("write one of `{known}`"));
        }
        let retained = |text: &str| {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            end > 0 && text[end..].chars().all(|c| c.is_ascii_digit() || "hmsnuµ.".contains(c))
        };
        if name == "auto-compaction-retention" && !retained(value) {
            let what = format!("{} is no time and no number of revisions", quoted(value));
            report.find(*span, what, "write `1h`, or a number of revisions");
        }
        if name == "heartbeat-interval" && value == "0" {
            report.find(*span, "a leader is heard of never", "write 100");
        }
        if NUMBERS.contains(&name.as_str()) {
            match value.parse::<u64>() {
                Err(_) if !value.starts_with('-') || name != "quota-backend-bytes" => {
                    let what = format!("`{name}` is a whole number, and {} is none", quoted(value));
                    report.find(*span, what, "write milliseconds or bytes as a number without a unit");
                }
                Ok(number) if name == "election-timeout" && number >= LONGEST => {
                    let what = format!("an election takes less than {LONGEST} ms");
                    report.find(*span, what, "write 1000 to 5000, ten times the heartbeat");
                }
                _ => {}
            }
        }
    }
    for (name, listens) in ADDRESSES {
        let Some((urls, span)) = config.setting(name) else { continue };
        for url in urls.split(',').map(str::trim).filter(|url| !url.is_empty() && !filled(url)) {
            address(url, name, *listens, span, report);
        }
    }
    together(config, report);
}

fn address(url: &str, name: &str, listens: bool, span: Span, report: &mut Report<'_>) {
    let Some((scheme, rest)) = url.split_once("://") else {
        let what = format!("{} of `{name}` has no scheme", quoted(url));
        return report.find(span, what, format!("write `https://{url}`"));
    };
    if scheme.starts_with("unix") {
        return;
    }
    if !matches!(scheme, "http" | "https") {
        let what = format!("{} of `{name}` is no scheme of etcd", quoted(scheme));
        return report.find(span, what, "write `https` or `http`");
    }
    let port = rest.rsplit_once(':').filter(|(host, _)| !host.contains('[') || host.ends_with(']'));
    match port {
        Some((host, port)) if port.parse::<u16>().is_ok() => {
            let bare = host.trim_matches(['[', ']']);
            if listens && bare != "localhost" && bare.parse::<IpAddr>().is_err() && !bare.is_empty() {
                let what = format!("etcd listens at addresses, and {} is a name", quoted(host));
                report.find(span, what, "write the address of this member, or `0.0.0.0`");
            }
        }
        _ => {
            report.find(span, format!("{} of `{name}` has no port", quoted(url)), "write `:2379`, or `:2380` of peers")
        }
    }
}

/// Settings that go together, and those that do not.
fn together(config: &Etcd, report: &mut Report<'_>) {
    let port = |name: &str| {
        let (urls, span) = config.setting(name)?;
        let one = urls.split(',').next()?.trim();
        (!filled(one)).then_some((one.split_once("://")?.1.to_owned(), span))
    };
    if let (Some((clients, _)), Some((peers, span))) = (port("listen-client-urls"), port("listen-peer-urls"))
        && clients == peers
    {
        report.find(
            span,
            format!("clients and peers are both listened for at {}", quoted(&peers)),
            "use port 2380 for peers",
        );
    }
    let said = |it: &(&str, Span)| !it.0.is_empty();
    let initial = config.setting("initial-cluster").filter(said).is_some();
    if let Some((_, span)) =
        ["discovery", "discovery-srv"].iter().find_map(|it| config.setting(it).filter(said)).filter(|_| initial)
    {
        report.find(span, "members are listed, or found, and not both", "keep `initial-cluster`");
    }
    for (certificate, key) in PAIRS {
        match (config.setting(certificate), config.setting(key)) {
            (Some((_, span)), None) => {
                report.find(span, format!("`{certificate}` goes with `{key}`"), format!("add `{key}`"))
            }
            (None, Some((_, span))) => {
                report.find(span, format!("`{key}` goes with `{certificate}`"), format!("add `{certificate}`"));
            }
            _ => {}
        }
    }
}
