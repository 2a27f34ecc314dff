//! The container of one Redis server, whatever its mode.

use minijinja::Value as Context;

use crate::grammar::{self, FilePath, Millis};
use crate::template;
use crate::topology::{
    Ask, Backup, Care, Component, ConfigFile, Probe, ProbeAction, Probes, Redundancy, Role, SecretFile, Shutdown,
    Spread, Storage,
};

use super::{CONFIG, RUN, SECRETS, Settings};

/// The user and group of the official images.
const USER: u32 = 999;

/// Share of the memory limit that data may take, in eighths. The rest is for the copy that a rewrite of the
/// append-only file makes, and for client buffers.
const DATA_EIGHTHS: u64 = 5;

pub(super) fn path(text: &str) -> FilePath {
    grammar::file_path(text).unwrap_or_else(|_| unreachable!("a constant path"))
}

/// A file of the configuration directory, rendered from the template of its name.
pub(super) fn file(name: &'static str, context: &Context) -> ConfigFile {
    ConfigFile {
        name,
        directory: path(CONFIG),
        text: template::render(name, context),
        executable: name.ends_with(".sh"),
    }
}

/// Bytes of data the memory limit allows; nothing without a limit.
pub(super) fn max_memory(settings: &Settings) -> Option<u64> {
    settings.resources.memory_limit.as_ref().map(|limit| limit.value / 8 * DATA_EIGHTHS)
}

/// The script that saves a server's data, where it keeps any.
pub(super) fn save(settings: &Settings) -> Option<ConfigFile> {
    let context = template::context([("directory", settings.mount()?.into())]);
    Some(file("save.sh", &context))
}

/// How its data is saved by that script.
pub(super) fn backup(settings: &Settings) -> Option<Backup> {
    let Storage::Persistent { mount, .. } = &settings.storage else { return None };
    let save = vec!["sh".to_owned(), format!("{CONFIG}/save.sh")];
    Some(Backup::Files { save, disk: mount.clone(), directory: "appendonlydir" })
}

fn pings(port: u16) -> Ask {
    Ask { about: "`PONG`: it answers, and has loaded its data", words: ping(port) }
}

/// The password as a file, where there is one.
fn password(settings: &Settings) -> Option<SecretFile> {
    let secret = settings.password.as_ref()?.value.clone();
    Some(SecretFile { name: secret.key.to_string(), secret, directory: path(SECRETS), pem: false })
}

/// Where the password is read.
pub(super) fn password_file(settings: &Settings) -> Option<String> {
    password(settings).map(|file| file.path())
}

/// A ping as the user that may do nothing else. `-e`: an answer such as LOADING or NOAUTH is a failure, not a word
/// to print.
pub(super) fn ping(port: u16) -> Vec<String> {
    asked_as_probe(port, &["ping"])
}

/// A question that this user may ask.
pub(super) fn asked_as_probe(port: u16, question: &[&str]) -> Vec<String> {
    let port = port.to_string();
    let asked = ["redis-cli", "-p", &port, "-e", "--no-auth-warning", "--user", "probe", "--pass", "probe"];
    asked.iter().chain(question).map(|word| (*word).to_owned()).collect()
}

pub(super) fn probes(port: u16) -> Probes {
    let ask = |interval, timeout, failures| Probe {
        action: ProbeAction::Exec(ping(port)),
        port: None,
        interval: Millis(interval),
        timeout: Millis(timeout),
        failures,
    };
    Probes {
        // Loading an append-only file of some gigabytes takes minutes; until then liveness must wait.
        startup: Some(ask(2_000, 2_000, 300)),
        // Slower than readiness: a restart costs more than a moment without new connections.
        liveness: Some(ask(5_000, 3_000, 3)),
        readiness: Some(ask(2_000, 2_000, 2)),
    }
}

/// A single server that a8ctl configures, started by `start-redis.sh`.
pub(super) fn component(settings: &Settings, files: Vec<ConfigFile>) -> Component {
    let port = settings.ports.first().map_or(0, |port| port.container);
    Component {
        name: settings.name.clone(),
        role: Role::Datastore,
        image: settings.image.clone(),
        command: vec!["sh".to_owned(), format!("{CONFIG}/start-redis.sh")],
        ports: settings.ports.clone(),
        env: Vec::new(),
        port_env: None,
        files,
        secret_files: password(settings).into_iter().collect(),
        certificates: Vec::new(),
        scratch: vec![path(RUN)],
        probes: probes(port),
        check: None,
        max_connections: None,
        resources: settings.resources.clone(),
        redundancy: Redundancy::Single,
        given_up_after: None,
        spread: Spread::Preferred,
        storage: settings.storage.clone(),
        synchronises: None,
        critical: true,
        exposure: settings.exposure.value,
        // Time to write what the append-only file still lacks.
        shutdown: Some(Shutdown { drain: None, hand_over: Vec::new(), grace: Millis(60_000) }),
        caught_up: Vec::new(),
        procedures: Vec::new(),
        care: Care { asks: vec![pings(port)], backup: None },
        forgets_after: None,
        rejoins: None,
        user: Some(USER),
        needs: Vec::new(),
        calls: Vec::new(),
        members: false,
        client_env: None,
        span: settings.datastore.span,
    }
}
