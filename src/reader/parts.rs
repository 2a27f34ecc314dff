//! The parts that services and datastores share.

use super::{Fields, Reader};
use crate::diagnostic::{Diagnostic, Located, Span, did_you_mean};
use crate::grammar::{self, Name};
use crate::topology::{
    Exposure, Following, Port, Probe, ProbeAction, Reads, Resources, SecretRef, Storage, VolumeSource,
};
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

/// Every kind of storage.
pub(crate) const STORAGE: &[&str] = &["none", "persistent", "shared", "replicated"];

/// What a datastore keeps, which replicates by itself if it does.
pub(crate) const OWN_STORAGE: &[&str] = &["none", "persistent"];

/// `kind: none | persistent | shared | replicated`, with `size`, `mount`, who provides what is shared, and how replicas
/// follow one another.
pub(crate) fn storage(reader: &mut Reader, node: &mut Node, kinds: &[&str], mount: Option<&str>) -> Option<Storage> {
    let mut fields = reader.fields(node, "`storage`")?;
    let choices: Vec<_> = STORAGE.iter().filter(|kind| kinds.contains(kind)).map(|kind| (*kind, *kind)).collect();
    let kind = fields.or("kind", "none", |r, n| r.choice(n, &choices))?;
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
    let replicated = if kind == "replicated" { replicated(&mut fields) } else { None };
    let source = if kind == "shared" { source(&mut fields) } else { None };
    fields.finish();
    let (size, mount) = (size?.value, mount?.value);
    Some(match kind {
        "persistent" => Storage::Persistent { size, mount },
        "shared" => Storage::Shared { size, mount, source: source? },
        _ => {
            let (writer, reads, following) = replicated?;
            Storage::Replicated { size, mount, writer, reads, following: Box::new(following) }
        }
    })
}

/// The writer's number, who is read, and how the others follow.
fn replicated(fields: &mut Fields<'_>) -> Option<(u32, Reads, Following)> {
    let writer = fields.or("writer", "1", |r, n| r.integer(n, 1..=1000));
    let choices = &[("anywhere", Reads::Anywhere), ("followers", Reads::Followers)];
    let reads = fields.or("reads", "anywhere", |r, n| r.choice(n, choices));
    // Whatever has rsync from 3.1 on and a shell.
    let image =
        fields.or("image", "instrumentisto/rsync-ssh:alpine3.23-r3", |r, n| r.word(n, "an image", grammar::image));
    let port = fields.or("port", "873", |r, n| r.port(n));
    // How much may be lost with the writer, and how old what is read may be: this and the time of a copy.
    let interval = fields.or("interval", "2s", |r, n| r.word(n, "a duration", grammar::duration));
    let password = fields.required("password", secret_ref);
    let following = Following {
        image: image?.value,
        port: port?.value,
        interval: interval?.value,
        password: password?,
        span: fields.span,
    };
    Some((writer?.value, reads?, following))
}

/// One of `nfs: { server: HOST, path: PATH }`, `class: NAME` and `claim: NAME`.
fn source(fields: &mut Fields<'_>) -> Option<VolumeSource> {
    let nfs = fields.optional("nfs", |reader, node| {
        let mut fields = reader.fields(node, "`nfs`")?;
        let server = fields.required("server", |r, n| r.word(n, "a host", grammar::host));
        let path = fields.required("path", |r, n| r.word(n, "an absolute path", grammar::file_path));
        fields.finish();
        Some(VolumeSource::Nfs { server: server?.value, path: path?.value })
    });
    let class = fields.optional("class", |r, n| r.word(n, "a storage class's name", grammar::name));
    let claim = fields.optional("claim", |r, n| r.word(n, "a volume claim's name", grammar::name));
    let written: Vec<&str> = ["nfs", "class", "claim"].into_iter().filter(|name| fields.has(name)).collect();
    if written.len() != 1 {
        let message = match written.len() {
            0 => "nobody provides the shared disk".to_owned(),
            count => format!("{count} provide the shared disk"),
        };
        let problem = written.iter().fold(Diagnostic::error("volume-source", message).at(fields.span), |it, name| {
            it.with(fields.key_span(name), *name)
        });
        let mend = "write one of `nfs: { server: HOST, path: /export }`, `class: NAME` of a storage class whose volumes \
                    several nodes may write, and `claim: NAME` of a volume claim that is there";
        fields.reader().error(problem.help(mend));
    }
    nfs.or(class.map(|it| VolumeSource::Class(it.value))).or(claim.map(|it| VolumeSource::Claim(it.value)))
}

/// `http: PATH`, `exec: [WORDS]` or `tcp: true`, and its timing.
pub(crate) fn probe(
    reader: &mut Reader,
    node: &mut Node,
    ports: &[Port],
    interval: &str,
    failures: &str,
) -> Option<Probe> {
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
    let mut port_span = Span::DEFAULT;
    let port = fields.optional("port", |r, n| {
        port_span = n.span;
        r.word(n, "a port's name", grammar::port_name)
    });
    if port.is_some() && exec.is_some() {
        let problem = Diagnostic::error("contradiction", "a command asks no port").at(port_span);
        fields.reader().error(problem.help("leave `port` out"));
    }
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
        port: match port {
            Some(name) => Some(port_number(reader, &name, ports)?),
            None => None,
        },
        interval: interval?.value,
        timeout: timeout?.value,
        failures: failures?.value,
    })
}

/// The number of the port of a name among those of a service; those of one that could not be read hold any name.
fn port_number(reader: &mut Reader, name: &Located<Name>, ports: &[Port]) -> Option<u16> {
    let found = ports.iter().find(|port| port.name == name.value).map(|port| port.container);
    if found.is_none() && !ports.is_empty() {
        let names = ports.iter().map(|port| port.name.as_str());
        let near = did_you_mean(name.value.as_str(), names);
        let mend = near.map_or_else(|| "name one of its `ports`".to_owned(), |near| format!("did you mean `{near}`?"));
        reader.error(
            Diagnostic::error("missing-port", format!("the service has no port `{}`", name.value))
                .at(name.span)
                .help(mend),
        );
    }
    found
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
