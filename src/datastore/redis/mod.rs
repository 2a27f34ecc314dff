//! Redis with an append-only file and a password. One file for each mode; here is what they share.

mod sentinel;
mod server;
mod standalone;

use crate::diagnostic::{Located, Span};
use crate::grammar::{self, Name, Refusal};
use crate::reader::{Fields, parts};
use crate::topology::{Exposure, Port, Resources, SecretRef, Storage, TcpStep};
use crate::yaml::{Entry, Node, Value};

use super::{Kind, Store, only_with};

pub(super) const KIND: Kind =
    Kind { name: "redis", about: "Redis, persistent and behind a password: one, or several under sentinels.", read };

pub(super) const ENGINE: &str = "redis";

/// Where clients call; the port every Redis has.
const PORT: &str = "6379";

/// Any Redis that is not hung answers a ping, if only to ask for the password.
pub(super) const ANSWERS: &[TcpStep] = &[TcpStep::Send("PING\\r\\nQUIT\\r\\n"), TcpStep::Expect("^(\\+PONG|-NOAUTH)")];

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

/// How it is kept available.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Standalone,
    Sentinel,
}

/// What every mode reads.
struct Settings {
    /// The datastore's name in the profile.
    datastore: Located<Name>,
    /// The name of what is deployed.
    name: Name,
    image: grammar::Image,
    ports: Vec<Port>,
    exposure: Located<Exposure>,
    password: Option<Located<SecretRef>>,
    password_span: Span,
    storage: Storage,
    storage_span: Span,
    resources: Resources,
    access: Access,
    proxied: Located<bool>,
}

/// What the services may do.
struct Access {
    keys: Vec<String>,
    commands: Vec<String>,
}

impl Settings {
    /// Where a persistent Redis keeps its data; nothing for one that keeps none.
    fn mount(&self) -> Option<&str> {
        match &self.storage {
            Storage::Persistent { mount, .. } => Some(mount.as_str()),
            _ => None,
        }
    }
}

fn read(fields: &mut Fields<'_>, datastore: Located<Name>) -> Option<Store> {
    let mode = fields.or("mode", "standalone", |r, n| {
        r.choice(n, &[("standalone", Mode::Standalone), ("sentinel", Mode::Sentinel)])
    });
    let settings = settings(fields, datastore);
    match mode? {
        Mode::Standalone => standalone::read(fields, settings),
        Mode::Sentinel => sentinel::read(fields, settings),
    }
}

fn settings(fields: &mut Fields<'_>, datastore: Located<Name>) -> Option<Settings> {
    let name = fields.or("name", ENGINE, |r, n| r.word(n, "a name", grammar::component_name));
    let image = fields.or("image", "redis:7.2.5", |r, n| r.word(n, "an image", grammar::image));
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
        parts::storage(r, n, parts::OWN_STORAGE, Some("/data"))
    });
    let keys = words_or(fields, "keys", &["*"], "a pattern of keys", key_pattern);
    let commands = words_or(fields, "commands", COMMANDS, "a command", command);
    let resources = fields.section("resources", parts::resources);
    let proxied = fields.or("proxied", "true", |r, n| Some(Located { value: r.boolean(n)?, span: n.span }));
    let settings = Settings {
        datastore,
        name: name?.value,
        image: image?.value,
        ports: ports?,
        exposure: exposure?,
        password: password?,
        password_span,
        storage: storage?,
        storage_span,
        resources: resources?,
        access: Access { keys: keys?, commands: commands? },
        proxied: proxied?,
    };
    let taken = |path: &str| [CONFIG, SECRETS, RUN].iter().any(|own| path.starts_with(own) || own.starts_with(path));
    if settings.mount().is_some_and(taken) {
        let what = "the data would lie over what Redis is started from";
        only_with(fields, storage_span, what, "mount it somewhere else, such as `/data`");
    }
    Some(settings)
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
