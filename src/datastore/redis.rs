//! One Redis with an append-only file: nothing acknowledged for more than a second is lost by a restart.

use crate::diagnostic::{Located, Span};
use crate::grammar::{self, Millis, Name, Refusal};
use crate::reader::{Fields, parts};
use crate::template;
use crate::topology::{
    Component, ConfigFile, Endpoint, Place, Probe, ProbeAction, Probes, Redundancy, Resources, Role, SecretFile,
    SecretRef, Shutdown, Spread, Storage, TcpStep,
};
use crate::yaml::{Entry, Node, Value};

use super::{Kind, Store, only_with};

pub(super) const KIND: Kind = Kind { name: "redis", about: "One Redis, persistent and behind a password.", read };

pub(super) const ENGINE: &str = "redis";

/// Where clients call; the port every Redis has.
const PORT: &str = "6379";

/// Any Redis that is not hung answers a ping, if only to ask for the password.
pub(super) const ANSWERS: &[TcpStep] = &[TcpStep::Send("PING\\r\\nQUIT\\r\\n"), TcpStep::Expect("^(\\+PONG|-NOAUTH)")];

/// The user `probe` may only ping: so probes and proxies need no secret, and "loading" counts as not ready.
/// The final QUIT makes a wrong answer known at once: the connection closes instead of timing out.
const READY: &[TcpStep] = &[TcpStep::Send("AUTH probe probe\\r\\nPING\\r\\nQUIT\\r\\n"), TcpStep::Expect("\\+PONG")];

/// What clients may call unless the profile says: reading and writing of keys; nothing that administers,
/// blocks, scripts or empties the server.
const COMMANDS: &[&str] = &[
    "del", "discard", "exec", "exists", "expire", "get", "hdel", "hget", "hgetall", "hkeys", "hmget", "hmset", "hset",
    "incr", "mget", "multi", "ping", "scan", "select", "set", "ttl", "unwatch", "watch",
];

/// Where its files are; the templates name them too.
const CONFIG: &str = "/etc/redis";
const SECRETS: &str = "/run/secrets/redis";
const RUN: &str = "/run/redis";

/// The user and group of the official images.
const USER: u32 = 999;

/// Share of the memory limit that data may take, in eighths. The rest is for the copy that a rewrite of the
/// append-only file makes, and for client buffers.
const DATA_EIGHTHS: u64 = 5;

fn read(fields: &mut Fields<'_>, name: Located<Name>) -> Option<Store> {
    let deployed = fields.or("name", ENGINE, |r, n| r.word(n, "a name", grammar::component_name));
    let image = fields.or("image", "redis:7.2.5", |r, n| r.word(n, "an image", grammar::image));
    // `image` leaves the image its own defaults: no password, nothing kept.
    let config = fields.or("config", "generated", |r, n| {
        Some(Located { value: r.choice(n, &[("generated", true), ("image", false)])?, span: n.span })
    });
    let default_ports =
        Value::Map(vec![Entry::default(ENGINE, Value::Map(vec![Entry::default("container", Value::plain(PORT))]))]);
    let ports = fields.or_value("ports", default_ports, parts::ports);
    let exposure = fields.or("exposure", "internal", |r, n| parts::exposure(r, n));
    let mut password_span = Span::DEFAULT;
    let password = fields.required("password", |r, n| {
        password_span = n.span;
        parts::password(r, n)
    });
    let mut storage_span = Span::DEFAULT;
    let storage = fields.section("storage", |r, n| {
        storage_span = n.span;
        parts::storage(r, n, Some("/data"))
    });
    let keys = words_or(fields, "keys", &["*"], "a pattern of keys", key_pattern);
    let commands = words_or(fields, "commands", COMMANDS, "a command", command);
    let resources = fields.section("resources", parts::resources);
    let proxied = fields.or("proxied", "true", |r, n| r.boolean(n));
    let (config, password, storage, resources) = (config?, password?, storage?, resources?);
    let access = Access { keys: keys?, commands: commands? };
    if matches!(storage, Storage::Shared { .. } | Storage::Replicated { .. }) {
        let what = "one Redis writes one disk: its storage is `none` or `persistent`";
        only_with(fields, storage_span, what, "write `kind: persistent`");
    }
    let taken = |path: &str| [CONFIG, SECRETS, RUN].iter().any(|own| path.starts_with(own) || own.starts_with(path));
    if mount(&storage).is_some_and(taken) {
        let what = "the data would lie over what Redis is started from";
        only_with(fields, storage_span, what, "mount it somewhere else, such as `/data`");
    }
    if !config.value && password.is_some() {
        only_with(
            fields,
            password_span,
            "the image's own configuration has no password",
            "write `config: generated`, or `password: none`",
        );
    }
    if !config.value && !matches!(storage, Storage::None) {
        only_with(
            fields,
            storage_span,
            "the image's own configuration keeps nothing on a disk",
            "write `config: generated`, or `storage: { kind: none }`",
        );
    }
    let component = component(
        deployed?.value,
        name.span,
        Settings {
            image: image?.value,
            generated: config.value,
            password: password.as_ref().map(|it| it.value.clone()),
            storage,
            resources,
            access,
        },
        ports?,
        exposure?.value,
    );
    let port = component.main_port()?.service;
    Some(Store {
        name: name.clone(),
        engine: ENGINE.to_owned(),
        shared: true,
        endpoint: Some(Endpoint {
            datastore: name.value,
            place: Place::Component(component.name.clone()),
            port,
            scheme: ENGINE,
            password: password.as_ref().map(|it| it.value.clone()),
            proxied: proxied?,
            check: if config.value { READY } else { ANSWERS }.to_vec(),
        }),
        component: Some(component),
        secrets: password.into_iter().collect(),
    })
}

struct Settings {
    image: grammar::Image,
    generated: bool,
    password: Option<SecretRef>,
    storage: Storage,
    resources: Resources,
    access: Access,
}

/// What the services may do.
struct Access {
    keys: Vec<String>,
    commands: Vec<String>,
}

/// Where a persistent Redis keeps its data; nothing for one that keeps none.
fn mount(storage: &Storage) -> Option<&str> {
    match storage {
        Storage::Persistent { mount, .. } => Some(mount.as_str()),
        _ => None,
    }
}

fn words_or(
    fields: &mut Fields<'_>,
    name: &'static str,
    default: &[&str],
    what: &'static str,
    parse: fn(&str) -> Result<String, Refusal>,
) -> Option<Vec<String>> {
    let default = default.iter().map(|word| Node { value: Value::plain(*word), span: Span::DEFAULT }).collect();
    fields.or_value(name, Value::Seq(default), |r, n| {
        r.items(n, what, |r, n| r.word(n, what, parse).map(|word| word.value))
    })
}

fn key_pattern(text: &str) -> Result<String, Refusal> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b":_*.-".contains(&b)) {
        Ok(text.to_owned())
    } else {
        Err(Refusal { why: "is not a pattern of Redis keys", mend: "use letters, digits, `:_.-` and `*`" })
    }
}

fn command(text: &str) -> Result<String, Refusal> {
    if !text.is_empty() && text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase()) {
        Ok(text.to_owned())
    } else {
        Err(Refusal { why: "is not a Redis command", mend: "write it in lower case, without `+`: `hgetall`" })
    }
}

fn path(text: &str) -> grammar::FilePath {
    grammar::file_path(text).unwrap_or_else(|_| unreachable!("a constant path"))
}

fn component(
    name: Name,
    span: Span,
    settings: Settings,
    ports: Vec<crate::topology::Port>,
    exposure: crate::topology::Exposure,
) -> Component {
    let Settings { image, generated, password, storage, resources, access } = settings;
    let (config, secrets, run) = (path(CONFIG), path(SECRETS), path(RUN));
    let maxmemory = resources.memory_limit.as_ref().map(|limit| limit.value / 8 * DATA_EIGHTHS);
    let files = if generated {
        let context = template::context([
            ("port", ports.first().map(|port| port.container).into()),
            ("directory", mount(&storage).into()),
            ("maxmemory", maxmemory.into()),
        ]);
        let entrypoint = template::context([
            ("password_file", password.as_ref().map(|password| SecretFile::path(&secrets, &password.key)).into()),
            ("keys", access.keys.into()),
            ("commands", access.commands.into()),
        ]);
        vec![
            ConfigFile {
                name: "redis.conf",
                directory: config.clone(),
                text: template::render("redis.conf", &context),
                executable: false,
            },
            ConfigFile {
                name: "start-redis.sh",
                directory: config.clone(),
                text: template::render("start-redis.sh", &entrypoint),
                executable: true,
            },
        ]
    } else {
        Vec::new()
    };
    let ping: &[&str] = if generated {
        // `-e`: an answer such as LOADING or NOAUTH is a failure, not a word to print.
        &["redis-cli", "-e", "--no-auth-warning", "--user", "probe", "--pass", "probe", "ping"]
    } else {
        &["redis-cli", "ping"]
    };
    let ask = |interval, timeout, failures| Probe {
        action: ProbeAction::Exec(ping.iter().map(|&word| word.to_owned()).collect()),
        interval: Millis(interval),
        timeout: Millis(timeout),
        failures,
    };
    Component {
        name,
        role: Role::Datastore,
        image,
        command: if generated { vec!["sh".to_owned(), format!("{config}/start-redis.sh")] } else { Vec::new() },
        ports,
        env: Vec::new(),
        files,
        secret_files: password.map(|secret| SecretFile { secret, directory: secrets }).into_iter().collect(),
        scratch: if generated { vec![run] } else { Vec::new() },
        probes: Probes {
            // Loading an append-only file of some gigabytes takes minutes; until then liveness must wait.
            startup: generated.then(|| ask(2_000, 2_000, 300)),
            // Slower than readiness: a restart costs more than a moment without new connections.
            liveness: generated.then(|| ask(5_000, 3_000, 3)),
            readiness: Some(ask(2_000, 2_000, 2)),
        },
        check: None,
        max_connections: None,
        resources,
        redundancy: Redundancy::Single,
        spread: Spread::Preferred,
        storage,
        exposure,
        // Time to write what the append-only file still lacks.
        shutdown: generated.then_some(Shutdown { drain: None, grace: Millis(60_000) }),
        user: generated.then_some(USER),
        needs: Vec::new(),
        client_env: None,
        span,
    }
}
