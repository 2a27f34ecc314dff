//! Programs that hold state, known by the names of their images.

use crate::manifest::{Container, Workload};

/// What a program that holds state needs to be redundant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Members that agree by majority.
    Quorum,
    /// A primary, and replicas that copy it.
    Primary,
    /// Members that each hold a part, and copies of others' parts.
    Parts,
    /// What may be lost.
    Cache,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Store {
    pub(crate) name: &'static str,
    pub(crate) keeps: Keeps,
    /// Where its clients call it.
    pub(crate) port: i64,
}

const STORES: &[Store] = &[
    Store { name: "etcd", keeps: Keeps::Quorum, port: 2379 },
    Store { name: "consul", keeps: Keeps::Quorum, port: 8500 },
    Store { name: "zookeeper", keeps: Keeps::Quorum, port: 2181 },
    Store { name: "redis", keeps: Keeps::Primary, port: 6379 },
    Store { name: "valkey", keeps: Keeps::Primary, port: 6379 },
    Store { name: "keydb", keeps: Keeps::Primary, port: 6379 },
    Store { name: "postgres", keeps: Keeps::Primary, port: 5432 },
    Store { name: "postgresql", keeps: Keeps::Primary, port: 5432 },
    Store { name: "mysql", keeps: Keeps::Primary, port: 3306 },
    Store { name: "mariadb", keeps: Keeps::Primary, port: 3306 },
    Store { name: "mongo", keeps: Keeps::Quorum, port: 27017 },
    Store { name: "mongodb", keeps: Keeps::Quorum, port: 27017 },
    Store { name: "rabbitmq", keeps: Keeps::Quorum, port: 5672 },
    Store { name: "kafka", keeps: Keeps::Parts, port: 9092 },
    Store { name: "cassandra", keeps: Keeps::Parts, port: 9042 },
    Store { name: "elasticsearch", keeps: Keeps::Parts, port: 9200 },
    Store { name: "opensearch", keeps: Keeps::Parts, port: 9200 },
    Store { name: "cockroach", keeps: Keeps::Parts, port: 26257 },
    Store { name: "couchdb", keeps: Keeps::Parts, port: 5984 },
    Store { name: "influxdb", keeps: Keeps::Primary, port: 8086 },
    Store { name: "memcached", keeps: Keeps::Cache, port: 11211 },
];

/// The store that an image is: `registry/path/redis-7:tag` is redis.
pub(crate) fn of_image(image: &str) -> Option<Store> {
    let path = image.split('@').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = last.split(':').next().unwrap_or_default().to_ascii_lowercase();
    // An exporter or an operator of a store is none.
    const OTHERS: &[&str] = &[
        "exporter",
        "operator",
        "commander",
        "insight",
        "backup",
        "client",
        "proxy",
        "sentinel",
        "express",
        "admin",
        "connect",
        "bridge",
        "dashboards",
        "manager",
        "reaper",
        "drop",
        "-ui",
        "init",
        "setup",
        "curator",
        "topic",
        "rest",
        "schema",
        "ksql",
        "control-center",
    ];
    let mut words = name.split(['-', '_', '.']);
    if OTHERS.iter().any(|other| name.contains(other)) {
        return None;
    }
    if name == "cp-server" {
        return STORES.iter().find(|store| store.name == "kafka").copied();
    }
    words.find_map(|word| STORES.iter().find(|store| store.name == word).copied())
}

/// The store whose clients call a port.
pub(crate) fn of_port(port: i64) -> Option<&'static str> {
    STORES.iter().find(|store| store.port == port).map(|store| store.name)
}

/// The container of a workload's pods that is a store, and which.
pub(crate) fn of<'a>(workload: &Workload<'a>) -> Option<(Container<'a>, Store)> {
    let is = |container: Container<'a>| Some((container, of_image(container.image())?));
    workload.pod.containers().find_map(is)
}

/// The store of a workload whose members agree by majority: those that watch a primary do too.
pub(crate) fn quorum(workload: &Workload<'_>) -> Option<&'static str> {
    let watches = |container: Container<'_>| {
        let words = words(container);
        words.iter().any(|word| word.ends_with("redis-sentinel") || *word == "--sentinel")
            || container.image().rsplit('/').next().unwrap_or_default().contains("redis-sentinel")
    };
    match of(workload) {
        Some((_, store)) if store.keeps == Keeps::Quorum => Some(store.name),
        _ => workload.pod.containers().any(watches).then_some("Redis Sentinel"),
    }
}

/// All words that start a container.
pub(crate) fn words<'a>(container: Container<'a>) -> Vec<&'a str> {
    let lists = ["command", "args"].map(|key| container.view.key(key));
    let words = lists.into_iter().flat_map(|list| list.items().filter_map(|word| word.word()));
    words.flat_map(str::split_whitespace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_names() {
        for (image, name) in [
            ("redis", Some("redis")),
            ("quay.example/mirror/coreos-etcd:v3.5.16", Some("etcd")),
            ("bitnami/postgresql:16@sha256:abc", Some("postgresql")),
            ("oliver006/redis_exporter:v1", None),
            ("shop/web:1", None),
            ("rediscover:1", None),
        ] {
            assert_eq!(of_image(image).map(|store| store.name), name, "{image}");
        }
    }
}
