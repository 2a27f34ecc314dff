//! Which programs keep the state, and what they are told.

use super::unit::{Settings, What};
use crate::failure::Keeps;
use crate::lint::stores::{self, Keeps as Needs, Store};
use crate::manifest::{Container, Document, Etcd, Redis};

/// Members of it choose who is written only where they are told of one another.
pub(super) fn is_quorum(store: Store) -> bool {
    matches!(store.name, "etcd" | "consul" | "zookeeper")
}

/// What speaks Redis' language, and may be watched by sentinels.
pub(super) fn is_redis(store: Store) -> bool {
    matches!(store.name, "redis" | "valkey" | "keydb")
}

/// What may be lost, and is filled again by those that use it.
pub(super) fn is_cache(store: Store) -> bool {
    store.keeps == Needs::Cache
}

/// Whether its own image declares a volume for what it keeps: those of the projects themselves do.
pub(super) fn has_volume(store: Store, image: &str) -> bool {
    const OWN: &[&str] = &[
        "redis",
        "valkey",
        "postgres",
        "mysql",
        "mariadb",
        "mongo",
        "rabbitmq",
        "cassandra",
        "zookeeper",
        "consul",
        "influxdb",
        "couchdb",
    ];
    let path = image.split(['@', ':']).next().unwrap_or_default();
    let path = path.strip_prefix("docker.io/").unwrap_or(path);
    let name = path.strip_prefix("library/").unwrap_or(path);
    OWN.contains(&name) && name == store.name
        || matches!(path, "valkey/valkey" | "hashicorp/consul" | "mysql/mysql-server")
}

/// Whether a server of it that is started beside another on the same directory waits, or ends.
pub(super) fn locks(store: Store) -> bool {
    matches!(store.name, "etcd" | "mysql" | "mariadb" | "mongo" | "mongodb" | "elasticsearch" | "opensearch")
}

/// What an image is that is started by these words and listens at these ports.
pub(super) fn of(image: &str, words: &[&str], ports: &[i64]) -> What {
    let last = image.rsplit('/').next().unwrap_or_default();
    let by_word = |word: &&str| {
        let program = word.rsplit('/').next().unwrap_or_default();
        program.contains("redis-sentinel") || program.contains("valkey-sentinel") || *word == "--sentinel"
    };
    // A script that starts one is called so, and asks at its port.
    let by_port = ports.contains(&26379) && !ports.contains(&6379);
    let script = words.iter().any(|word| word.ends_with("sentinel.sh") || word.ends_with("sentinel.conf"));
    if last.contains("-sentinel") || words.iter().any(by_word) || by_port || script {
        return What::Sentinel;
    }
    stores::of_image(image).map_or(What::Service, What::Store)
}

/// What a container is.
pub(super) fn of_container(container: Container<'_>) -> What {
    let ports = container.view.key("ports").items().filter_map(|port| port.key("containerPort").integer());
    of(container.image(), &stores::words(container), &ports.collect::<Vec<_>>())
}

/// Adds what documents say that a store is told.
pub(super) fn settings<'d>(documents: impl Iterator<Item = &'d Document>) -> Settings {
    let mut settings = Settings::default();
    for document in documents {
        of_document(document, &mut settings);
    }
    settings
}

/// Adds what one document says.
pub(super) fn of_document(document: &Document, settings: &mut Settings) {
    match document {
        Document::Redis(redis) => of_redis(redis, settings),
        Document::Etcd(etcd) => of_etcd(etcd, settings),
        _ => {}
    }
}

/// What one keeps whose volume outlives it, if it has such a one.
pub(super) fn keeps(what: What, volume: Option<Keeps>, settings: Settings) -> Keeps {
    match what {
        // What watches others asks them for what it needs.
        What::Sentinel | What::Balancer => Keeps::Nothing,
        What::Service => volume.filter(|it| *it != Keeps::Pod).unwrap_or(Keeps::Nothing),
        What::Store(store) if is_cache(store) => Keeps::Nothing,
        What::Store(store) if is_redis(store) && settings.persistence_off && !settings.log => Keeps::Memory,
        What::Store(_) => volume.unwrap_or(Keeps::Memory),
    }
}

/// Later words count more than earlier ones.
pub(super) fn of_redis(redis: &Redis, settings: &mut Settings) {
    let number = |text: &str| text.parse::<u64>().ok();
    if let Some((_, [_, patience, ..])) = redis.setting("sentinel down-after-milliseconds") {
        settings.patience = number(&patience.text).or(settings.patience);
    }
    if redis.sentinel {
        return;
    }
    if let Some(word) = redis.value("min-replicas-to-write").or_else(|| redis.value("min-slaves-to-write")) {
        settings.followers = number(&word.text).and_then(|it| u32::try_from(it).ok()).or(settings.followers);
    }
    if let Some(word) = redis.value("appendonly") {
        settings.log = word.text == "yes";
    }
    // Of several lines one that is empty takes back those before it.
    let saves = redis.setting("save").map(|(_, rest)| rest.iter().all(|word| word.text.is_empty()));
    if let Some(off) = saves {
        settings.persistence_off = off;
    }
    settings.clustered |= redis.value("replicaof").or_else(|| redis.value("slaveof")).is_some();
}

fn of_etcd(etcd: &Etcd, settings: &mut Settings) {
    if let Some((time, _)) = etcd.setting("election-timeout") {
        settings.patience = time.parse().ok().or(settings.patience);
    }
    let told = ["initial-cluster", "discovery", "discovery-srv"];
    settings.clustered |= told.iter().any(|name| etcd.setting(name).is_some());
}
