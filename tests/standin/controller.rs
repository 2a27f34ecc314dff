//! The controller: its settings and its API.

use crate::http::{self, Request, Response};
use crate::json::Value;
use crate::redis::Pool;
use crate::rules::{Change, Store};
use crate::settings::{Gate, integer, refuse, text};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

pub fn run() -> ! {
    let port = integer("A8_API_PORT", "8080");
    let gate = Gate::from_environment();
    if text("A8_ENCRYPTION_KEY", "abcdefghijklmnop").len() != 16 {
        refuse("the encryption key must have 16 characters");
    }
    let store = match text("A8_DATABASE_TYPE", "memory").as_str() {
        "memory" => Store::Memory(Mutex::default()),
        "redis" => {
            Store::Redis(pool(&text("A8_DATABASE_HOST", "")).unwrap_or_else(|| refuse("unusable A8_DATABASE_HOST")))
        }
        kind => refuse(&format!("database type {kind:?} cannot be used")),
    };
    match http::listen(port) {
        Ok(listener) => http::serve(&listener, move |request| answer(&gate, &store, request)),
        // The real one goes on without listening.
        Err(error) => loop {
            eprintln!("Server init failed: {error}");
            std::thread::sleep(std::time::Duration::from_secs(3600));
        },
    }
}

/// The pool for `redis://[:password@]host[:port][/db]`. A list of hosts passes, and fails on every call.
fn pool(url: &str) -> Option<Pool> {
    let rest = url.strip_prefix("redis://")?;
    if rest.chars().any(|c| c.is_control() || c == ' ') {
        return None;
    }
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let password = http::decoded(user.split_once(':').map_or("", |(_, password)| password))?;
    // The colons of an IPv6 address stand in brackets.
    let (host, port) = match place.rfind(':').filter(|at| !place[*at..].contains(']')) {
        Some(at) => (&place[..at], &place[at + 1..]),
        None => (place, ""),
    };
    if user.contains('@') || database.contains('@') || !port.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some(Pool {
        address: format!(
            "{}:{}",
            if host.is_empty() { "localhost" } else { host },
            if port.is_empty() { "6379" } else { port }
        ),
        // A password in the URL wins.
        password: if password.is_empty() { text("A8_DATABASE_PASSWORD", "") } else { password },
        database: database.to_owned(),
        most_open: 30,
        most_idle: 240,
        ages: None,
        state: Mutex::default(),
    })
}

static BROKEN: AtomicBool = AtomicBool::new(false);

fn switch(broken: bool) -> Response {
    BROKEN.store(broken, Ordering::Relaxed);
    Response::empty(200)
}

fn answer(gate: &Gate, store: &Store, request: &Request) -> Response {
    if let Some(response) = gate.redirect(request) {
        return response;
    }
    match (request.path.as_str(), request.method.as_str()) {
        // No part of the real API: from one on, every other request fails.
        ("/stand-in/broken", "POST") => switch(true),
        ("/stand-in/mended", "POST") => switch(false),
        _ if BROKEN.load(Ordering::Relaxed) => Response::error(500, "error_internal", "broken"),
        ("/health", "GET") => Response::empty(200),
        ("/v1/rules", "GET" | "POST" | "PUT" | "DELETE") => {
            let namespace = match gate.namespace(request) {
                Ok(namespace) => namespace,
                Err(response) => return response,
            };
            if request.lacks_type() {
                return Response::error(415, "error_media_type", "the body must be application/json");
            }
            let result = match request.method.as_str() {
                "GET" => list(store, &namespace, request),
                "DELETE" => delete(store, &namespace, request),
                _ => write(store, &namespace, request),
            };
            result.unwrap_or_else(|message| Response::error(500, "error_internal", &message))
        }
        ("/health" | "/v1/rules", _) => Response::error(405, "error_method", ""),
        _ => Response::error(404, "error_not_found", ""),
    }
}

/// Whether a rule is of the wanted ids, destinations and tags, each where any is asked for.
fn matches(request: &Request, id: &str, rule: &Value) -> bool {
    let any = |name, hit: &dyn Fn(&str) -> bool| request.all(name).next().is_none() || request.all(name).any(hit);
    let tags = rule.list("tags").unwrap_or_default();
    any("id", &|wanted| wanted == id)
        && any("destination", &|wanted| rule.text("destination") == Some(wanted))
        && request.all("tag").all(|wanted| tags.iter().any(|tag| matches!(tag, Value::Text(text) if text == wanted)))
}

fn chosen(request: &Request, rules: &BTreeMap<String, String>) -> Result<Vec<(String, Value)>, String> {
    if let Some(id) = request.all("id").find(|id| !rules.contains_key(*id)) {
        return Err(format!("no rule {id}"));
    }
    let parsed = rules.iter().filter_map(|(id, rule)| Some((id.clone(), Value::parse(rule)?)));
    Ok(parsed.filter(|(id, rule)| matches(request, id, rule)).collect())
}

fn list(store: &Store, namespace: &str, request: &Request) -> Result<Response, String> {
    let all = store.read(namespace, &request.all("id").collect::<Vec<_>>())?;
    let rules = chosen(request, &all.rules)?.into_iter().map(|(_, rule)| rule).collect();
    let revision = Value::number(if all.revision.is_empty() { "0" } else { &all.revision });
    Ok(Response::json(200, &Value::object([("rules", Value::List(rules)), ("revision", revision)])))
}

fn write(store: &Store, namespace: &str, request: &Request) -> Result<Response, String> {
    let body = Value::parse(&request.body);
    let rules = body.as_ref().and_then(|body| body.list("rules")).unwrap_or_default();
    let sound = |rule: &Value| {
        rule.text("destination").is_some_and(|name| !name.is_empty())
            && (rule.get("route").is_some() || rule.get("actions").is_some())
    };
    if rules.is_empty() || !rules.iter().all(sound) {
        return Ok(Response::error(400, "error_invalid_rules", ""));
    }
    let identified = rules.iter().map(|rule| {
        let id = rule.text("id").map_or_else(|| format!("{:016x}", RandomState::new().hash_one(0)), str::to_owned);
        let mut rule = rule.clone();
        rule.set("id", id.as_str().into());
        (id, rule.to_string())
    });
    let entries: Vec<_> = identified.collect();
    let ids = Value::List(entries.iter().map(|(id, _)| id.as_str().into()).collect());
    if request.method == "POST" {
        store.insert(namespace, &entries)?;
        return Ok(Response::json(201, &Value::object([("ids", ids)])));
    }
    store.change(namespace, &|rules| match entries.iter().find(|(id, _)| !rules.contains_key(id)) {
        Some((id, _)) => Err(format!("no rule {id}")),
        None => Ok(Change::Put(entries.clone())),
    })?;
    Ok(Response::empty(200))
}

fn delete(store: &Store, namespace: &str, request: &Request) -> Result<Response, String> {
    store.change(namespace, &|rules| {
        if request.query.is_empty() {
            return Ok(Change::Clear);
        }
        Ok(Change::Remove(chosen(request, rules)?.into_iter().map(|(id, _)| id).collect()))
    })?;
    Ok(Response::empty(200))
}
