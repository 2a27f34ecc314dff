//! The parts that services and datastores share.

use super::Reader;
use crate::diagnostic::{Diagnostic, Located};
use crate::grammar;
use crate::topology::{Exposure, Port, Probe, ProbeAction, Resources, SecretRef, Storage};
use crate::yaml::{Node, Value};

/// `http: { container: 8080, service: 6080, published: 31200 }`, the main port first.
pub(crate) fn ports(reader: &mut Reader, node: &mut Node) -> Option<Vec<Port>> {
    let span = node.span;
    let written = node.keys().count();
    let ports = reader.entries(node, "`ports`", grammar::port_name, |reader, _, node| {
        let mut fields = reader.fields(node, "a port")?;
        let container = fields.required("container", |r, n| r.port(n));
        let default = container.map_or_else(String::new, |port| port.value.to_string());
        let service = if default.is_empty() {
            fields.optional("service", |r, n| r.port(n))
        } else {
            fields.or("service", &default, |r, n| r.port(n))
        };
        let publishes = fields.has("published");
        let published = fields.optional("published", |r, n| r.port(n));
        fields.finish();
        (published.is_some() == publishes).then_some((container?, service?, published))
    })?;
    for (at, (name, (container, service, _))) in ports.iter().enumerate() {
        for (first, (first_container, first_service, _)) in &ports[..at] {
            let clash = if container.value == first_container.value {
                Some((container, first_container, "container"))
            } else if service.value == first_service.value {
                Some((service, first_service, "service"))
            } else {
                None
            };
            if let Some((this, other, which)) = clash {
                let message = format!(
                    "the ports `{}` and `{}` have the same {which} port {}",
                    first.value, name.value, this.value
                );
                reader.error(
                    Diagnostic::error("port-collision", message)
                        .at(this.span)
                        .with(other.span, "first here")
                        .help("give one of them another number"),
                );
            }
        }
    }
    if written == 0 {
        reader.error(
            Diagnostic::error("missing-key", "`ports` names no port")
                .at(span)
                .help("name the port it listens on: `ports: { http: { container: 8080 } }`"),
        );
    }
    let port = |(name, (container, service, published)): (Located<_>, (Located<u16>, Located<u16>, _))| Port {
        name: name.value,
        container: container.value,
        service: service.value,
        published,
    };
    // With one missing, whoever looks for it would call it a mistake of its own.
    let complete = written > 0 && ports.len() == written;
    complete.then(|| ports.into_iter().map(port).collect())
}

/// `internal`, `node-port` or `load-balancer`.
pub(crate) fn exposure(reader: &mut Reader, node: &Node) -> Option<Located<Exposure>> {
    let choices = &[
        ("internal", Exposure::Internal),
        ("node-port", Exposure::NodePort),
        ("load-balancer", Exposure::LoadBalancer),
    ];
    Some(Located { value: reader.choice(node, choices)?, span: node.span })
}

/// `cpu` and `memory` that are promised, `cpu_limit` and `memory_limit` that may not be exceeded.
pub(crate) fn resources(reader: &mut Reader, node: &mut Node) -> Option<Resources> {
    let mut fields = reader.fields(node, "`resources`")?;
    let cpu = fields.optional("cpu", |r, n| r.word(n, "an amount of processor", grammar::cpu));
    let memory = fields.optional("memory", |r, n| r.word(n, "an amount of memory", grammar::bytes));
    let cpu_limit = fields.optional("cpu_limit", |r, n| r.word(n, "an amount of processor", grammar::cpu));
    let memory_limit = fields.optional("memory_limit", |r, n| r.word(n, "an amount of memory", grammar::bytes));
    let mut over = |request_span, limit_span, what: &str| {
        fields.reader().error(
            Diagnostic::error("limit-under-request", format!("the {what} limit is under what is promised"))
                .at(limit_span)
                .with(request_span, "promised here")
                .help(format!("raise `{what}_limit` to `{what}` or more")),
        );
    };
    if let (Some(request), Some(limit)) = (&cpu, &cpu_limit)
        && limit.value.millicores < request.value.millicores
    {
        over(request.span, limit.span, "cpu");
    }
    if let (Some(request), Some(limit)) = (&memory, &memory_limit)
        && limit.value.value < request.value.value
    {
        over(request.span, limit.span, "memory");
    }
    fields.finish();
    Some(Resources {
        cpu: cpu.map(|it| it.value),
        memory: memory.map(|it| it.value),
        cpu_limit: cpu_limit.map(|it| it.value),
        memory_limit: memory_limit.map(|it| it.value),
    })
}

/// `kind: none | persistent | shared | replicated`, with `size`, `mount` and the number of the `writer`.
pub(crate) fn storage(reader: &mut Reader, node: &mut Node, mount: Option<&str>) -> Option<Storage> {
    let mut fields = reader.fields(node, "`storage`")?;
    let kind = fields.or("kind", "none", |r, n| {
        r.choice(
            n,
            &[("none", "none"), ("persistent", "persistent"), ("shared", "shared"), ("replicated", "replicated")],
        )
    })?;
    if kind == "none" {
        fields.finish();
        return Some(Storage::None);
    }
    let size = fields.required("size", |r, n| r.word(n, "an amount of disk", grammar::bytes));
    let read_mount = |r: &mut Reader, n: &mut Node| r.word(n, "an absolute path", grammar::file_path);
    let mount = match mount {
        Some(default) => fields.or("mount", default, read_mount),
        None => fields.required("mount", read_mount),
    };
    let writer = if kind == "replicated" { fields.or("writer", "1", |r, n| r.integer(n, 1..=1000)) } else { None };
    fields.finish();
    let (size, mount) = (size?.value, mount?.value);
    Some(match kind {
        "persistent" => Storage::Persistent { size, mount },
        "shared" => Storage::Shared { size, mount },
        _ => Storage::Replicated { size, mount, writer: writer?.value },
    })
}

/// `http: PATH`, `exec: [WORDS]` or `tcp: true`, and its timing.
pub(crate) fn probe(reader: &mut Reader, node: &mut Node, interval: &str, failures: &str) -> Option<Probe> {
    let mut fields = reader.fields(node, "a probe")?;
    let http = fields
        .optional("http", |r, n| r.word(n, "a path", grammar::http_path))
        .map(|path| ProbeAction::Http(path.value));
    let exec = fields.optional("exec", words).map(ProbeAction::Exec);
    let tcp = fields.optional("tcp", |r, n| {
        let asked = r.boolean(n)?;
        if !asked {
            let problem = Diagnostic::error("bad-value", "`tcp: false` asks nothing");
            r.error(problem.at(n.span).help("write `tcp: true`, or `null` in place of the whole probe"));
        }
        asked.then_some(ProbeAction::Tcp)
    });
    let interval = fields.or("interval", interval, |r, n| r.word(n, "a duration", grammar::duration));
    let timeout = fields.or("timeout", "2s", |r, n| r.word(n, "a duration", grammar::duration));
    let failures = fields.or("failures", failures, |r, n| r.integer(n, 1..=1000));
    let written: Vec<_> = ["http", "exec", "tcp"].into_iter().filter(|name| fields.has(name)).collect();
    if written.len() != 1 {
        // One of them may come from the profile below, where its author does not see it.
        let places: Vec<_> = written.iter().map(|name| (fields.key_span(name), *name)).collect();
        let message = format!("a probe asks one question; {} are written", written.len());
        let problem = Diagnostic::error("probe-action", message).at(fields.span);
        let problem = places.into_iter().fold(problem, |problem, (span, name)| problem.with(span, name));
        fields
            .reader()
            .error(problem.help("write one of `http: /path`, `exec: [command]` and `tcp: true`; `null` removes one"));
    }
    fields.finish();
    Some(Probe {
        action: http.or(exec).or(tcp)?,
        interval: interval?.value,
        timeout: timeout?.value,
        failures: failures?.value,
    })
}

/// A command line as a list of words.
pub(crate) fn words(reader: &mut Reader, node: &mut Node) -> Option<Vec<String>> {
    let span = node.span;
    let words = reader
        .items(node, "words", |r, n| r.word(n, "a word", grammar::env_text).map(|word| word.value.to_string()))?;
    if words.is_empty() {
        reader.error(
            Diagnostic::error("bad-value", "a command line needs at least one word")
                .at(span)
                .help("write the command as a list: `[program, argument]`"),
        );
        return None;
    }
    Some(words)
}

/// `{ secret: NAME, key: KEY }`, or `none`. The outer option is "could be read".
pub(crate) fn password(reader: &mut Reader, node: &mut Node) -> Option<Option<Located<SecretRef>>> {
    if matches!(&node.value, Value::Scalar(text, _) if text == "none") {
        return Some(None);
    }
    if matches!(&node.value, Value::Scalar(text, _) if !text.is_empty()) {
        reader.error(
            Diagnostic::error("plain-secret", "a password stands in the profile")
                .at(node.span)
                .help("name the secret that holds it: `password: { secret: NAME, key: KEY }`, or write `none`"),
        );
        return None;
    }
    secret_ref(reader, node).map(Some)
}

/// `{ secret: NAME, key: KEY }`.
pub(crate) fn secret_ref(reader: &mut Reader, node: &mut Node) -> Option<Located<SecretRef>> {
    let span = node.span;
    let mut fields = reader.fields(node, "a reference to a secret")?;
    let secret = fields.required("secret", |r, n| r.word(n, "a secret's name", grammar::name));
    let key = fields.required("key", |r, n| r.word(n, "a secret's key", grammar::secret_key));
    fields.finish();
    let (secret, key) = (secret?, key?);
    let span = if span.is_default() { secret.span } else { span };
    Some(Located { value: SecretRef { secret: secret.value, key: key.value }, span })
}
