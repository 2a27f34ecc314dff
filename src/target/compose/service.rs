//! A component's containers.

use serde_json::{Map, Value, json};

use crate::topology::{Component, EnvValue, Exposure, Place, Probe, ProbeAction, Role, Storage, Topology};

use super::{balancer, networks, secrets, text};

/// Where a component's configuration file lies beside `compose.yaml`.
pub(super) fn file_path(component: &Component, file: &str) -> String {
    format!("{}/{file}", component.name)
}

fn config_name(component: &Component, file: &str) -> String {
    format!("{}-{}", component.name, file.replace('.', "-"))
}

fn volume_name(component: &Component) -> String {
    format!("{}-data", component.name)
}

/// Configuration files as Compose's `configs`.
pub(super) fn configs(topology: &Topology) -> impl Iterator<Item = (String, Value)> {
    topology.components.iter().flat_map(|component| {
        component.files.iter().map(move |file| {
            (config_name(component, file.name), json!({ "file": format!("./{}", file_path(component, file.name)) }))
        })
    })
}

/// Disks that outlive containers.
pub(super) fn volumes(topology: &Topology) -> Map<String, Value> {
    let keeps = |component: &&Component| !matches!(component.storage, Storage::None);
    topology.components.iter().filter(keeps).map(|component| (volume_name(component), json!({}))).collect()
}

/// The name of a component's container, counted from 1. A datastore that stands alone needs no number.
pub(super) fn instance_name(component: &Component, number: u32) -> String {
    match component.role {
        Role::Service => format!("{}-{number}", component.name),
        Role::Datastore => component.name.to_string(),
    }
}

/// One Compose service for each replica.
pub(super) fn services(topology: &Topology, component: &Component) -> Vec<(String, Value)> {
    (1..=component.replicas()).map(|number| (instance_name(component, number), service(topology, component))).collect()
}

fn service(topology: &Topology, component: &Component) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            out.insert(key.to_owned(), value);
        }
    };
    put("image", json!(component.image.as_str()));
    if !component.command.is_empty() {
        // The whole command line: an image's own entrypoint script would run before it otherwise.
        put("entrypoint", json!(component.command));
    }
    put("depends_on", depends_on(topology, component));
    put("environment", environment(topology, component));
    put("env_file", secrets::env_file(component));
    put("networks", json!(networks(topology, component)));
    put("ports", published(topology, component));
    put("configs", list(component.files.iter().map(|file| {
        json!({ "source": config_name(component, file.name), "target": format!("{}/{}", file.directory, file.name) })
    })));
    put("secrets", secrets::mounts(component));
    put("volumes", volume_mounts(component));
    put(
        "tmpfs",
        list(component.scratch.iter().map(|directory| {
            let user = component.user.unwrap_or(0);
            json!(format!("{directory}:mode=0700,uid={user},gid={user},size=1m"))
        })),
    );
    put("healthcheck", healthcheck(component));
    if component.role == Role::Service {
        // A connection to a datastore that vanished is given up after some 13 seconds instead of 15 minutes.
        put("sysctls", json!({ "net.ipv4.tcp_retries2": "5" }));
    }
    if let Some(shutdown) = &component.shutdown {
        put("stop_grace_period", json!(shutdown.grace.to_string()));
    }
    harden(&mut out, component.user);
    limit(&mut out, &component.resources);
    Value::Object(out)
}

/// What every container gets: restarted whatever its exit status (the services exit 0 on some errors), no
/// privilege, no writing outside its volumes, logs that do not fill the disk.
pub(super) fn harden(out: &mut Map<String, Value>, user: Option<u32>) {
    out.insert("restart".to_owned(), json!("unless-stopped"));
    if let Some(user) = user {
        out.insert("user".to_owned(), json!(format!("{user}:{user}")));
        out.insert("read_only".to_owned(), json!(true));
        out.insert("cap_drop".to_owned(), json!(["ALL"]));
    }
    out.insert("security_opt".to_owned(), json!(["no-new-privileges:true"]));
    out.insert(
        "logging".to_owned(),
        json!({ "driver": "json-file", "options": { "max-size": "10m", "max-file": "3" } }),
    );
}

/// Threads of the largest of the programs, several times over; a fork bomb stops here.
const PIDS: u32 = 512;

/// Limits and reservations.
pub(super) fn limit(out: &mut Map<String, Value>, resources: &crate::topology::Resources) {
    let mut limits = Map::new();
    if let Some(cpu) = &resources.cpu_limit {
        limits.insert("cpus".to_owned(), json!(text::cpus(cpu.millicores)));
    }
    if let Some(memory) = &resources.memory_limit {
        limits.insert("memory".to_owned(), json!(text::bytes(memory.value)));
    }
    limits.insert("pids".to_owned(), json!(PIDS));
    let mut all = json!({ "limits": limits });
    let mut reservations = Map::new();
    if let Some(cpu) = &resources.cpu {
        reservations.insert("cpus".to_owned(), json!(text::cpus(cpu.millicores)));
    }
    if let Some(memory) = &resources.memory {
        reservations.insert("memory".to_owned(), json!(text::bytes(memory.value)));
    }
    if !reservations.is_empty() {
        all["reservations"] = Value::Object(reservations);
    }
    out.insert("deploy".to_owned(), json!({ "resources": all }));
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.collect();
    if items.is_empty() { Value::Null } else { Value::Array(items) }
}

fn depends_on(topology: &Topology, component: &Component) -> Value {
    let mut out = Map::new();
    for (_, endpoint) in topology.endpoints_of(component) {
        if endpoint.proxied {
            out.insert(balancer::NAME.to_owned(), json!({ "condition": "service_started" }));
        }
        if let Place::Component(name) = &endpoint.place {
            let healthy = topology.component(name).is_some_and(|target| !healthcheck(target).is_null());
            out.insert(
                name.to_string(),
                json!({ "condition": if healthy { "service_healthy" } else { "service_started" } }),
            );
        }
    }
    if out.is_empty() { Value::Null } else { Value::Object(out) }
}

fn environment(topology: &Topology, component: &Component) -> Value {
    let mut out = Map::new();
    for variable in &component.env {
        let value = match &variable.value {
            EnvValue::Literal(text) => text.as_str().to_owned(),
            // Members of their own address are refused before anything is rendered.
            EnvValue::Secret(_) | EnvValue::Own | EnvValue::Members(_) => continue,
            EnvValue::Address { datastore, form } => {
                let Some(endpoint) = topology.endpoint(datastore) else { continue };
                let (host, port) = if endpoint.proxied {
                    (balancer::NAME.to_owned(), balancer::datastore_port(topology, endpoint))
                } else {
                    match &endpoint.place {
                        Place::External(host) => (host.to_string(), endpoint.port),
                        Place::Component(name) => {
                            let port = topology.component(name).and_then(Component::main_port);
                            (name.to_string(), port.map_or(endpoint.port, |port| port.container))
                        }
                    }
                };
                form.write(endpoint.scheme, &host, &port.to_string())
            }
        };
        out.insert(variable.name.to_string(), json!(value));
    }
    if out.is_empty() { Value::Null } else { Value::Object(out) }
}

/// Datastores publish themselves; services are published by the balancer.
fn published(topology: &Topology, component: &Component) -> Value {
    if component.role == Role::Service || component.exposure == Exposure::Internal {
        return Value::Null;
    }
    let address = text::url_host(topology.compose.address);
    list(
        component
            .ports
            .iter()
            .filter(|port| port.published.is_some())
            .map(|port| json!(format!("{address}:{}:{}", text::host_port(port), port.container))),
    )
}

fn volume_mounts(component: &Component) -> Value {
    match &component.storage {
        Storage::None => Value::Null,
        Storage::Persistent { mount, .. } | Storage::Shared { mount, .. } | Storage::Replicated { mount, .. } => {
            json!([format!("{}:{mount}", volume_name(component))])
        }
    }
}

/// Only what the image itself can ask: most images have no program that could ask over HTTP, and the balancer
/// asks those.
fn healthcheck(component: &Component) -> Value {
    let Some(Probe { action: ProbeAction::Exec(command), interval, timeout, failures }) = &component.probes.readiness
    else {
        return Value::Null;
    };
    let test: Vec<&str> = std::iter::once("CMD").chain(command.iter().map(String::as_str)).collect();
    let mut out = json!({
        "test": test,
        "interval": interval.to_string(),
        "timeout": timeout.to_string(),
        "retries": failures,
    });
    if let Some(startup) = &component.probes.startup {
        out["start_period"] = json!(format!("{}s", startup.interval.0 * u64::from(startup.failures) / 1000));
    }
    out
}
