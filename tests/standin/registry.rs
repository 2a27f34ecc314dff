//! The registry: its settings, its API, and how it answers when the store fails.

use crate::http::{self, Request, Response};
use crate::instances::Store;
use crate::json::Value;
use crate::redis::Pool;
use crate::settings::{Gate, boolean, duration, integer, refuse, text};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

struct Registry {
    gate: Gate,
    store: Store,
    /// Held while Redis is asked, so one write that hangs stops every later call of the API. (The real one has a lock
    /// for each namespace.)
    lock: RwLock<()>,
    times: [Duration; 3],
    start: Instant,
}

pub fn run() -> ! {
    let port = integer("A8_API_PORT", "8080");
    for name in ["A8_REPLICATION_PORT", "A8_NAMESPACE_CAPACITY", "A8_CLUSTER_SIZE"] {
        integer(name, "0");
    }
    boolean("A8_REPLICATION");
    duration("A8_SYNC_TIMEOUT", "30s");
    let times = [duration("A8_MIN_TTL", "10s"), duration("A8_DEFAULT_TTL", "30s"), duration("A8_MAX_TTL", "10m")];
    let gate = Gate::from_environment();
    let level = text("A8_LOG_LEVEL", "info").to_ascii_lowercase();
    if !["panic", "fatal", "error", "warn", "warning", "info", "debug"].contains(&level.as_str()) {
        refuse("unknown A8_LOG_LEVEL");
    }
    // Any other word than "redis" means memory, without a warning.
    let store = if text("A8_STORE", "inmem") == "redis" {
        let address = text("A8_STORE_ADDRESS", "");
        if address.is_empty() {
            refuse("A8_STORE_ADDRESS is required");
        }
        Store::Redis(Pool {
            address,
            password: text("A8_STORE_PASSWORD", ""),
            database: String::new(),
            most_open: usize::MAX,
            most_idle: 10,
            ages: Some((Duration::from_secs(60), Duration::from_secs(240))),
            state: Mutex::default(),
        })
    } else {
        Store::Memory(Mutex::default())
    };
    let listener = http::listen(port).unwrap_or_else(|error| refuse(&format!("cannot listen: {error}")));
    let registry = Registry { gate, store, lock: RwLock::new(()), times, start: Instant::now() };
    http::serve(&listener, move |request| registry.answer(request))
}

/// The same service at the same endpoint always has the same id, so registering again changes nothing (FNV-1a; the
/// real one takes SHA-256, of which nothing depends here).
fn id(service: &str, kind: &str, place: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", [service, kind, place].join("/").bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

impl Registry {
    fn answer(&self, request: &Request) -> Response {
        if let Some(response) = self.gate.redirect(request) {
            return response;
        }
        let method = request.method.as_str();
        // Neither of the two looks at the store.
        match (request.path.as_str(), method) {
            ("/", "GET") => return Response::empty(200),
            ("/uptime", "GET") => {
                let uptime = format!("{}s", self.start.elapsed().as_secs());
                return Response::json(
                    200,
                    &Value::object([("status", "UP".into()), ("uptime", uptime.as_str().into())]),
                );
            }
            ("/" | "/uptime", _) => return Response::error(405, "error_method", ""),
            _ => {}
        }
        let Some(path) = request.path.strip_prefix("/api/v1/") else {
            return Response::error(404, "error_not_found", "");
        };
        let namespace = match self.gate.namespace(request) {
            Ok(namespace) => namespace,
            Err(response) => return response,
        };
        if request.lacks_type() {
            return Response::error(415, "error_media_type", "the body must be application/json");
        }
        let reading = || self.lock.read().unwrap_or_else(PoisonError::into_inner);
        let writing = || self.lock.write().unwrap_or_else(PoisonError::into_inner);
        let prefix = format!("reg:ns:{namespace}:inst:");
        match (path.split('/').collect::<Vec<_>>().as_slice(), method) {
            (["instances"], "GET") => {
                let _held = reading();
                Response::json(200, &Value::object([("instances", Value::List(self.listed(&prefix)))]))
            }
            (["instances"], "POST") => self.register(&prefix, request, writing),
            (["services"], "GET") => {
                let _held = reading();
                let instances = self.listed(&prefix);
                let names: BTreeSet<_> = instances.iter().filter_map(|one| one.text("service_name")).collect();
                let names = names.into_iter().map(Value::from).collect();
                Response::json(200, &Value::object([("services", Value::List(names))]))
            }
            (["services", name], "GET") => {
                let _held = reading();
                self.service(&prefix, name)
            }
            (["instances", id, "heartbeat"], "PUT") => {
                let _held = writing();
                self.heartbeat(&format!("{prefix}{id}"))
            }
            (["instances", id], "DELETE") => {
                let _held = writing();
                let key = format!("{prefix}{id}");
                // Any failure reads as "gone".
                match self.store.get(&key).and_then(|found| self.store.delete(&key).map(|()| found)) {
                    Ok(Some(_)) => Response::empty(200),
                    _ => Response::error(410, "error_instance_not_found", ""),
                }
            }
            (["instances" | "services"] | ["services", _] | ["instances", _] | ["instances", _, "heartbeat"], _) => {
                Response::error(405, "error_method", "")
            }
            _ => Response::error(404, "error_not_found", ""),
        }
    }

    /// All instances; none, without any sign of it, when the store fails.
    fn listed(&self, prefix: &str) -> Vec<Value> {
        self.store.all(prefix).unwrap_or_default()
    }

    fn service(&self, prefix: &str, name: &str) -> Response {
        let mut instances = match self.store.all(prefix) {
            // The real one then asks Redis for no keys at all, which Redis refuses.
            Ok(all) if all.is_empty() && matches!(self.store, Store::Redis(_)) => return internal("empty store"),
            Ok(all) => all,
            Err(message) => return internal(&message),
        };
        instances.retain(|one| one.text("service_name") == Some(name));
        if instances.is_empty() {
            return Response::error(404, "error_service_not_found", "");
        }
        Response::json(200, &Value::object([("service_name", name.into()), ("instances", Value::List(instances))]))
    }

    fn register<Guard>(&self, prefix: &str, request: &Request, hold: impl Fn() -> Guard) -> Response {
        let Some(body) = Value::parse(&request.body) else { return invalid() };
        let endpoint = body.get("endpoint").and_then(|end| Some((end.text("type")?, end.text("value")?)));
        let (Some(service), Some((kind, place))) = (body.text("service_name"), endpoint) else { return invalid() };
        let known = ["tcp", "udp", "http", "https", "user"].contains(&kind);
        let status = body.text("status").unwrap_or("UP");
        let metadata = body.get("metadata").map_or(0, |data| data.to_string().len());
        let fits = service.len() <= 64 && place.len() <= 128 && status.len() <= 32 && metadata <= 1024;
        if !known || !fits || service.is_empty() || place.is_empty() {
            return invalid();
        }
        let asked = match body.get("ttl") {
            Some(Value::Plain(number)) => number.parse().unwrap_or(0),
            _ => 0,
        };
        let [least, default, most] = self.times.map(|time| time.as_secs());
        let ttl = if asked == 0 { default } else { asked.clamp(least, most.max(least)) };

        let id = id(service, kind, place);
        let mut instance = body.clone();
        for (name, value) in [("id", Value::from(id.as_str())), ("ttl", Value::number(ttl)), ("status", status.into())]
        {
            instance.set(name, value);
        }
        let _held = hold();
        if let Err(message) = self.store.put(&format!("{prefix}{id}"), &mut instance, ttl) {
            return internal(&message);
        }
        // Built from the Host header, so they name the load balancer only when that keeps it.
        let own = format!("http://{}/api/v1/instances/{id}", request.header("host").unwrap_or_default());
        let heartbeat = format!("{own}/heartbeat");
        let links = Value::object([("self", own.as_str().into()), ("heartbeat", heartbeat.as_str().into())]);
        let answer = Value::object([("id", id.as_str().into()), ("ttl", Value::number(ttl)), ("links", links)]);
        Response { location: Some(own), ..Response::json(201, &answer) }
    }

    fn heartbeat(&self, key: &str) -> Response {
        let renewed = self.store.get(key).and_then(|found| {
            let Some(mut instance) = found else { return Ok(false) };
            let ttl = match instance.get("ttl") {
                Some(Value::Plain(number)) => number.parse().unwrap_or(30),
                _ => 30,
            };
            self.store.put(key, &mut instance, ttl).map(|()| true)
        });
        match renewed {
            Ok(true) => Response::empty(200),
            Ok(false) => Response::error(410, "error_instance_not_found", ""),
            Err(message) => internal(&message),
        }
    }
}

fn invalid() -> Response {
    Response::error(400, "error_invalid_instance", "")
}

fn internal(message: &str) -> Response {
    Response::error(500, "error_internal", message)
}
