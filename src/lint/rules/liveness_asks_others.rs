//! A liveness probe that asks for more than the program itself.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "liveness-asks-others",
    severity: Severity::Warning,
    about: "a liveness probe that asks for more than the program itself",
    docs: "A store that is away for a minute then restarts every program that uses it, over and over, and they all \
        come back at once when it does. Whether the program can serve is a question for its readiness.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /ready, port: 80 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { exec: { command: [redis-cli, -h, store, ping] } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { tcpSocket: { host: store, port: 6379 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { exec: { command: [sh, -c, "curl -f http://store:8080/health"] } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /health/db, port: 80 } } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { httpGet: { path: /healthz, port: 80 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { exec: { command: [redis-cli, -h, localhost, ping] } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { exec: { command: [sh, -c, "curl -f http://localhost:8080/health"] } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { path: /ready, port: 80 } } }] }
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let Some(probe) = container.probe("liveness") else { return };
    let name = container.name();
    let host = ["httpGet", "tcpSocket"].iter().map(|how| probe.0.key(how).key("host"));
    if let Some(host) = host.into_iter().find(|host| host.word().is_some_and(|word| !is_own(word))) {
        let what = format!("`{name}` is restarted when {} does not answer", quoted(host.word().unwrap_or_default()));
        return report.find(host.span(), what, HELP);
    }
    let path = probe.0.at("httpGet.path");
    // The same question with no more patience is `same-probes`' to judge.
    let same = container
        .probe("readiness")
        .is_some_and(|ready| ready.0.at("httpGet.path").word() == path.word() && probe.patience() <= ready.patience());
    if path.exists() && same {
        return;
    }
    let store = super::super::stores::of_image(container.image()).map(|store| store.name);
    if store == Some("etcd") && path.word().is_some_and(|word| word.trim_end_matches('/') == "/health") {
        let what = format!("`{name}` is restarted when the members have no majority, all of them at once");
        return report.find(path.span(), what, "ask for `/livez`, or for `/health?serializable=true`");
    }
    let asks = |part: &str| OTHERS.contains(&part.to_ascii_lowercase().as_str());
    if path.word().is_some_and(|word| word.split(['/', '?', '=', '&', '-', '_', '.']).any(asks)) {
        let what = format!("`{name}` is restarted when it is not ready, or when what it needs is away");
        return report.find(path.span(), what, HELP);
    }
    let command = probe.0.at("exec.command");
    let text = command.items().filter_map(|word| word.word()).collect::<Vec<_>>().join(" ");
    if let Some(other) = called(&text) {
        let what = format!("`{name}` is restarted when {} does not answer", quoted(other));
        report.find(command.span(), what, HELP);
    }
}

const HELP: &str = "ask the program alone, and leave the others to the readiness probe";

/// Parts of a path that ask for what others do.
const OTHERS: &[&str] =
    &["ready", "readyz", "readiness", "db", "database", "redis", "postgres", "mysql", "etcd", "deps", "dependencies"];

fn is_own(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]" | "0.0.0.0" | "") 
        || host.starts_with('$')
        // An address of the link is the pod's own, or nobody's.
        || host.starts_with("169.254.")
        || host.starts_with("127.")
}

/// The host that a command calls, where it is another.
fn called(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    let tool = words.find_map(|word| TOOLS.iter().find(|tool| word.rsplit('/').next() == Some(**tool)))?;
    let mut before = "";
    for word in words {
        let host = if let Some((_, rest)) = word.split_once("://") {
            Some(rest.split(['/', ':', '"', '\'']).next().unwrap_or_default())
        } else if let Some(host) = word.strip_prefix("--host=") {
            Some(host)
        } else if matches!(before, "-h" | "--host") || *tool == "nc" && !word.starts_with('-') {
            Some(word)
        } else {
            None
        };
        if let Some(host) = host {
            let named = host.starts_with(|c: char| c.is_ascii_alphanumeric());
            return (named && !is_own(host)).then_some(host);
        }
        before = word;
    }
    None
}

const TOOLS: &[&str] = &["redis-cli", "pg_isready", "psql", "mysqladmin", "mysql", "mongosh", "nc", "curl", "wget"];
