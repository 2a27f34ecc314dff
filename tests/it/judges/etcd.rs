//! etcd and its client of two versions read every generated environment.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{no_complaints, paths};
use crate::http::free_port;
use crate::openssl::Authority;
use crate::support::tool;
use crate::yaml12;

/// Where members read certificates.
const SECRETS: &str = "/run/secrets/etcd";

type Environment = Vec<(String, String)>;

/// Of every container that runs etcd: its place, and what it is told.
fn environments() -> Vec<(String, Environment)> {
    let mut found = Vec::new();
    for path in paths(|path| path.ends_with("/compose.yaml")) {
        let project = yaml12::json(&std::fs::read_to_string(&path).unwrap());
        for (name, service) in project["services"].as_object().unwrap() {
            let Some(environment) = service["environment"].as_object() else { continue };
            if environment.contains_key("ETCD_NAME") {
                let word = |(key, value): (&String, &serde_json::Value)| (key.clone(), value.as_str().unwrap().into());
                found.push((format!("{} {name}", path.display()), environment.iter().map(word).collect()));
            }
        }
    }
    assert!(found.len() >= 8, "{}", found.len());
    found
}

/// What etcd says that it does not know, or does not take, of an environment; only ports and directory are others.
fn complaint(etcd: &Path, environment: &Environment, secrets: Option<&Path>) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let encrypted = environment.iter().any(|(name, _)| name == "ETCD_CERT_FILE");
    let secrets = secrets.unwrap_or(directory.path()).display().to_string();
    let environment: Environment =
        environment.iter().map(|(name, value)| (name.clone(), value.replace(SECRETS, &secrets))).collect();
    let log = directory.path().join("log");
    let mut command = Command::new(etcd);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let scheme = if encrypted { "https" } else { "http" };
    for name in ["ETCD_LISTEN_CLIENT_URLS", "ETCD_LISTEN_PEER_URLS"] {
        command.env(name, format!("{scheme}://127.0.0.1:{}", free_port()));
    }
    if encrypted {
        command.env("ETCD_LISTEN_METRICS_URLS", format!("http://127.0.0.1:{}", free_port()));
    }
    command.env("ETCD_DATA_DIR", directory.path().join("data")).stdin(Stdio::null());
    let mut child = command
        .stdout(File::create(&log).unwrap())
        .stderr(File::options().append(true).open(&log).unwrap())
        .spawn()
        .unwrap();
    let said = || std::fs::read_to_string(&log).unwrap();
    // What comes then is about the other members.
    let start = Instant::now();
    let begins = || said().contains("embed: advertise client URLs") || said().contains("starting an etcd server");
    while !begins() && matches!(child.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(20));
    }
    let took = begins();
    let _ = child.kill();
    let _ = child.wait();
    let said = said();
    let unknown = said.contains("unrecognized environment variable") || said.contains("conflicting environment");
    let used = |name: &str| !name.starts_with("ETCD_") || said.contains(name);
    let fine = took && !unknown && environment.iter().all(|(name, _)| used(name));
    (!fine).then_some(said)
}

fn accepts(name: &str) {
    let Some(etcd) = tool(name, name) else { return };
    let Some(authority) = Authority::new(name) else { return };
    std::fs::copy(authority.path("ca.crt"), authority.path("peer-ca.crt")).unwrap();
    ["server", "peer"].iter().for_each(|member| authority.certify(member));
    let judged = |environment| complaint(&etcd, environment, Some(authority.directory()));
    let complaints: Vec<String> = environments()
        .iter()
        .filter_map(|(place, environment)| Some(format!("{place}: {}", judged(environment)?)))
        .collect();
    no_complaints(&complaints);
}

#[test]
fn etcd_3_4_accepts() {
    accepts("etcd-3.4");
}

#[test]
fn etcd_3_5_accepts() {
    accepts("etcd-3.5");
}

/// Without its certificates it does not start.
#[test]
fn etcd_reads_its_certificates() {
    let Some(etcd) = tool("etcd's own certificates", "etcd-3.5") else { return };
    let encrypted =
        |(_, environment): &(String, Environment)| environment.iter().any(|(name, _)| name == "ETCD_CERT_FILE");
    let (_, environment) = environments().into_iter().find(encrypted).unwrap();
    let said = complaint(&etcd, &environment, None).unwrap();
    assert!(said.contains("server.crt: no such file"), "{said}");
}

/// A judge that cannot say no proves nothing.
#[test]
fn etcd_refuses_a_mistake() {
    let Some(etcd) = tool("etcd's own check", "etcd-3.5") else { return };
    let (_, environment) = environments().swap_remove(0);
    for (name, value) in [("ETCD_ELECTION_TIMEOUT", "100"), ("ETCD_NAMES", "etcd-1")] {
        let mut changed = environment.clone();
        changed.retain(|(other, _)| other != name);
        changed.push((name.to_owned(), value.to_owned()));
        assert!(complaint(&etcd, &changed, None).is_some(), "{name}");
    }
}
