//! What the Redis servers and sentinels of a cluster say of themselves.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::cluster::Cluster;
use super::docker::command;
use super::outages::PLAIN;
use super::process::Process;
use crate::load::resp::{Connection, Reply};
use crate::support::{run, text};

const SERVER: u16 = 6379;
const SENTINEL: u16 = 26379;

/// `INFO` of a part; nothing when it does not answer.
fn info(address: SocketAddr, auth: &[&str], part: &str) -> String {
    let said = Connection::open(address, auth).and_then(|mut it| it.call(&["INFO", part]));
    if let Ok(Reply::Text(text)) = said { text } else { String::new() }
}

/// What follows a word in its line.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.find(word)? + word.len();
    text[at..].split([',', '\r']).next()
}

/// What one sentinel says of the primary: the address, and whether it finds everything there.
fn said(sentinel: &Process) -> Option<(String, bool)> {
    let said = info((sentinel.address, SENTINEL).into(), &[PLAIN], "sentinel");
    let whole = said.contains("status=ok,") && said.contains(",slaves=2,sentinels=3");
    Some((after(&said, ",address=")?.to_owned(), whole))
}

/// The server at an address that sentinels tell.
fn server<'a>(cluster: &'a Cluster, address: &str) -> Option<&'a Process> {
    // They call it by its name or by its address.
    let host = address.split(':').next()?;
    let is = |it: &&Process| it.address.to_string() == host || host.split('.').next() == Some(&it.pod);
    cluster.all("redis").find(is)
}

/// The pod that all sentinels name the primary, whatever they find there.
pub(super) fn named(cluster: &Cluster) -> Option<String> {
    let all: Option<BTreeSet<String>> = cluster.all("redis-sentinel").map(|it| Some(said(it)?.0)).collect();
    let address = all.filter(|all| all.len() == 1)?.pop_first()?;
    Some(server(cluster, &address)?.pod.clone())
}

/// The pod of the primary, when all sentinels name the same, know everybody, and all replicas follow.
pub(super) fn primary(cluster: &Cluster) -> Option<String> {
    let whole = cluster.all("redis-sentinel").all(|it| said(it).is_some_and(|(_, whole)| whole));
    let pod = named(cluster).filter(|_| whole)?;
    let server = cluster.process(&pod, "redis");
    let said = info((server.address, SERVER).into(), &["probe", "probe"], "replication");
    let following = said.lines().filter(|line| line.starts_with("slave") && line.contains(",state=online,")).count();
    (said.contains("role:master") && following == 2).then_some(pod)
}

/// How often the primary changed so far, as the sentinel saw it that saw most.
pub(super) fn switches(cluster: &Cluster) -> usize {
    let one = |sentinel: &Process| {
        let starts = 1..=sentinel.state().start;
        let logs = starts.map(|start| text(&run(&mut command(&["logs", &sentinel.docker_name(start)])).stdout));
        logs.map(|log| log.matches(" +switch-master ").count()).sum()
    };
    cluster.all("redis-sentinel").map(one).max().unwrap_or_default()
}
