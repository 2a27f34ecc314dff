//! What the load asks the services, and which answers are good ones.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::http::{Client, Failure};

/// The rule that is read.
const FIXED: &str = "a8ctl-load";
/// The instance that pollers look for.
const PLACE: &str = "192.0.2.7:80";
/// Until an answer before or after the load is a good one. After a failure each of the services' idle connections may
/// cost a request, thirty of each replica.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the ids of one run's rules begin with, unlike those of any other.
pub(super) fn prefix() -> String {
    static RUN: AtomicU32 = AtomicU32::new(0);
    format!("load-{}-{}-", std::process::id(), RUN.fetch_add(1, Ordering::Relaxed))
}

/// Stores the rule that will be read, and registers the instance that pollers will look for.
pub(super) fn prepare(controllers: SocketAddr, registries: Option<SocketAddr>) {
    let client = Client::new(controllers);
    patiently("the rule is stored", || write(&client, FIXED));
    let Some(registries) = registries else { return };
    let client = Client::new(registries);
    let endpoint = format!(r#"{{"type":"tcp","value":"{PLACE}"}}"#);
    // The longest time to live that registries allow by default.
    let json = format!(r#"{{"service_name":"{FIXED}","endpoint":{endpoint},"ttl":600,"status":"UP"}}"#);
    patiently("the instance is registered", || success(&client, "POST", "/api/v1/instances", &json, 201));
}

/// The ids of all rules that there are.
pub(crate) fn stored(controllers: SocketAddr) -> BTreeSet<String> {
    let client = Client::new(controllers);
    let json = patiently("all rules are read", || success(&client, "GET", "/v1/rules", "", 200));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rules = json["rules"].as_array().unwrap().iter();
    rules.map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn patiently<T>(what: &str, ask: impl Fn() -> Result<T, Failure>) -> T {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(good) => return good,
            Err(last) => assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}; last: {last}"),
        }
        sleep(Duration::from_millis(100));
    }
}

fn success(client: &Client, method: &str, path: &str, json: &str, wanted: u16) -> Result<String, Failure> {
    let (status, body) = client.send(method, path, json)?;
    if status == wanted { Ok(body) } else { Err(Failure::Status(status)) }
}

/// Stores one rule.
pub(super) fn write(client: &Client, id: &str) -> Result<(), Failure> {
    let rule = r#""destination":"reviews","priority":1,"route":{"backends":[{"tags":["v1"]}]}"#;
    success(client, "POST", "/v1/rules", &format!(r#"{{"rules":[{{"id":"{id}",{rule}}}]}}"#), 201).map(drop)
}

fn with(word: &str, body: &str) -> Result<(), Failure> {
    if body.contains(word) { Ok(()) } else { Err(Failure::Empty) }
}

/// Reads the fixed rule.
pub(super) fn read(client: &Client) -> Result<(), Failure> {
    with(FIXED, &success(client, "GET", &format!("/v1/rules?id={FIXED}"), "", 200)?)
}

/// Asks a registry as sidecars do.
pub(super) fn poll(client: &Client) -> Result<(), Failure> {
    with(PLACE, &success(client, "GET", "/api/v1/instances", "", 200)?)
}
