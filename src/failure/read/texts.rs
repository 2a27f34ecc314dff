//! What pods say in which others may be named: variables, words that start them, files of ConfigMaps.

use super::remarks::{Remarks, Sentence};
use super::store;
use super::unit::{Said, Settings};
use crate::lint::{Cluster, stores};
use crate::manifest::{Container, Haproxy, Nginx, Object, Piece, Redis, View, Workload};

const SECRET: Sentence = (
    "What stands in Secrets is not read: {} may name others there.",
    "What stands in Secrets is not read: {} may name others there.",
);
const MISSING: Sentence = (
    "A ConfigMap that {} reads is not among these manifests: it may name others.",
    "ConfigMaps that {} read are not among these manifests: they may name others.",
);

/// Programs that stand between others.
const PROXIES: &[&str] = &["haproxy", "nginx", "envoy", "traefik", "pgbouncer", "twemproxy", "istio", "linkerd"];

/// Whether an image is one of them.
pub(super) fn is_proxy(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or_default();
    PROXIES.iter().any(|proxy| last.starts_with(proxy))
}

/// Everything that a workload's pods say.
pub(super) fn said(cluster: &Cluster<'_>, workload: &Workload<'_>, remarks: &mut Remarks) -> Vec<Said> {
    let mut said = Vec::new();
    let namespace = workload.object.namespace.as_str();
    let mut missing = false;
    let mut find = |name: &str| {
        let found = cluster.find("ConfigMap", namespace, name);
        missing |= found.is_none();
        found
    };
    for container in workload.pod.all() {
        let direct = !is_proxy(container.image());
        for variable in container.view.key("env").items() {
            let key = variable.key("name").word().unwrap_or_default();
            let source = variable.at("valueFrom.configMapKeyRef");
            let of_map = || {
                let map = find(source.key("name").word()?)?;
                map.view().key("data").key(source.key("key").word()?).word()
            };
            if variable.at("valueFrom.secretKeyRef").exists() && names_hosts(key) {
                remarks.of(SECRET, &workload.object.id());
            }
            if let Some(text) = variable.key("value").word().or_else(of_map) {
                said.push(Said { key: key.to_owned(), text: text.to_owned(), direct });
            }
        }
        for source in container.view.key("envFrom").items() {
            let Some(map) = source.at("configMapRef.name").word().and_then(&mut find) else { continue };
            let pairs = map.view().key("data").pairs();
            said.extend(pairs.map(|(key, text)| Said { key: key.to_owned(), text: text.to_owned(), direct }));
        }
        let words = stores::words(container).join(" ");
        if !words.is_empty() {
            said.push(Said { key: "args".to_owned(), text: words, direct });
        }
    }
    for map in mounted(workload).filter_map(&mut find) {
        for (_, text) in map.view().key("data").pairs() {
            let direct = !Haproxy::is(text) && !Nginx::is(text);
            said.push(Said { key: String::new(), text: without_comments(text), direct });
        }
    }
    if missing {
        remarks.of(MISSING, &workload.object.id());
    }
    said
}

/// Whether a variable's value is a host by its name.
fn names_hosts(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["host", "url", "uri", "addr", "dsn", "endpoint"].iter().any(|word| key.contains(word))
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a script asks sentinels to choose another primary.
pub(super) fn asks_for_another(text: &str) -> bool {
    text.to_ascii_lowercase().contains("sentinel failover ")
}

/// Names of ConfigMaps that are mounted as files.
fn mounted<'a>(workload: &Workload<'a>) -> impl Iterator<Item = &'a str> {
    let volumes = workload.pod.0.key("volumes").items();
    volumes.flat_map(|volume| {
        let sources = volume.at("projected.sources").items().map(|source| source.at("configMap.name"));
        sources.chain(std::iter::once(volume.at("configMap.name"))).filter_map(View::word).collect::<Vec<_>>()
    })
}

/// What a store is told by the words that start it, and by files that are called as its own.
pub(super) fn settings(cluster: &Cluster<'_>, workload: &Workload<'_>, container: Container<'_>) -> Settings {
    let namespace = workload.object.namespace.as_str();
    let maps = mounted(workload).filter_map(|name| cluster.find("ConfigMap", namespace, name));
    let mut settings = store::settings(container.started().iter());
    for map in maps {
        of_files(map, &mut settings);
    }
    // What a program is told by words counts more than what stands in its file.
    if let Some(document) = container.started() {
        store::of_document(&document, &mut settings);
    }
    let words = container.view.at("lifecycle.preStop.exec.command").items().filter_map(View::word);
    settings.hands_over |= asks_for_another(&words.collect::<Vec<_>>().join(" "));
    let names = ["ZOO_SERVERS", "ETCD_INITIAL_CLUSTER", "ETCD_DISCOVERY"];
    settings.clustered |=
        container.view.key("env").items().any(|it| it.key("name").word().is_some_and(|name| names.contains(&name)));
    settings
}

fn of_files(map: &Object, settings: &mut Settings) {
    for entry in map.view().key("data").entries() {
        let redis = ["redis", "sentinel", "valkey"].iter().any(|word| entry.key.contains(word));
        let Some(text) = View::of(&entry.node).word().filter(|_| redis && entry.key.ends_with(".conf")) else {
            continue;
        };
        let piece = Piece { text, source: entry.node.span.source, start: 0 };
        store::of_redis(&Redis::new(piece), settings);
    }
}
