//! A component's containers.

use serde_json::{Map, Value, json};

use crate::grammar::{self, Millis};
use crate::target::hosts::text::{host_port, url_host};
use crate::target::hosts::{Instance, Site, Ways};
use crate::topology::{
    Component, Endpoint, EnvValue, Exposure, Place, Probe, ProbeAction, Resources, Role, Storage, VolumeSource,
};

use super::{address, address_of, balancer, networks, secrets, text};

/// Where a component's configuration file lies beside `compose.yaml`.
pub(super) fn file_path(component: &Component, file: &str) -> String {
    format!("{}/{file}", component.name)
}

fn config_name(component: &Component, file: &str) -> String {
    format!("{}-{}", component.name, file.replace('.', "-"))
}

/// The disk of a component, or of the one replica where each has its own.
pub(super) fn volume_name(instance: &Instance<'_>) -> String {
    let name = match instance.component.storage {
        Storage::Replicated { .. } => instance.name.as_str(),
        _ => instance.component.name.as_str(),
    };
    format!("{name}-data")
}

/// Configuration files as Compose's `configs`.
pub(super) fn configs(site: &Site<'_>) -> Map<String, Value> {
    let files = site.components().flat_map(|component| component.files.iter().map(move |file| (component, file)));
    files
        .map(|(component, file)| {
            (config_name(component, file.name), json!({ "file": format!("./{}", file_path(component, file.name)) }))
        })
        .collect()
}

/// Disks that outlive containers.
pub(super) fn volumes(site: &Site<'_>) -> Map<String, Value> {
    let keeps = |instance: &&Instance<'_>| !matches!(instance.component.storage, Storage::None);
    site.here().filter(keeps).map(|it| (volume_name(it), volume(&it.component.storage))).collect()
}

fn volume(storage: &Storage) -> Value {
    let Storage::Shared { source: VolumeSource::Nfs { server, path }, .. } = storage else { return json!({}) };
    // Writes wait for a server that is away, and are not given up: a program that is told of an error may have written
    // half.
    let options = format!("addr={server},nfsvers=4,rw,hard");
    json!({ "driver": "local", "driver_opts": { "type": "nfs", "o": options, "device": format!(":{path}") } })
}

/// One container.
pub(super) fn service(site: &Site<'_>, instance: &Instance<'_>) -> Value {
    let component = instance.component;
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
    put("depends_on", depends_on(site, instance));
    put("environment", environment(site, instance));
    put("env_file", secrets::env_file(component));
    put("networks", json!(networks(site, component)));
    put("ports", published(site, instance));
    put("configs", list(component.files.iter().map(|file| {
        json!({ "source": config_name(component, file.name), "target": format!("{}/{}", file.directory, file.name) })
    })));
    put("secrets", secrets::mounts(component));
    put("volumes", volume_mounts(site, instance));
    put(
        "tmpfs",
        list(component.scratch.iter().map(|directory| {
            let user = component.user.unwrap_or(0);
            json!(format!("{directory}:mode=0700,uid={user},gid={user},size=1m"))
        })),
    );
    put("healthcheck", healthcheck(site, component));
    if component.role == Role::Service {
        // A connection to a datastore that vanished is given up after some 13 seconds instead of 15 minutes.
        put("sysctls", json!({ "net.ipv4.tcp_retries2": "5" }));
    }
    if let Some(shutdown) = &component.shutdown {
        put("stop_grace_period", json!(shutdown.grace.to_string()));
    }
    harden(&mut out, component.user);
    if component.synchronises.is_some() && component.user == Some(ROOT) {
        // What belongs to whom is copied too.
        out.insert("cap_add".to_owned(), json!(["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]));
    }
    limit(&mut out, &component.resources);
    Value::Object(out)
}

/// The key by which a service says what of it is known and stands; `a8ctl validate` reads it.
pub(super) const IGNORE: &str = "x-a8ctl-ignore";
const ROOT: u32 = 0;

/// Gives a replica's own disk to the user it runs as, before it starts: its name and its container, which ends at once.
/// Docker's new volumes belong to root unless the image says otherwise. `None` where there is nothing to give.
pub(super) fn disk(site: &Site<'_>, instance: &Instance<'_>) -> Option<(String, Value)> {
    let name = disk_of(instance)?;
    let user = instance.component.user?;
    let (synchroniser, synchronises) = site.topology.synchroniser(instance.component)?;
    let mount = &synchronises.mount;
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("image", json!(synchroniser.image.as_str()));
    put("entrypoint", json!(["chown", format!("{user}:{user}"), mount.as_str()]));
    put("network_mode", json!("none"));
    put("volumes", json!([format!("{}:{mount}", volume_name(instance))]));
    harden(&mut out, Some(ROOT));
    out.insert("cap_add".to_owned(), json!(["CHOWN"]));
    out.insert("restart".to_owned(), json!("no"));
    limit(&mut out, &Resources { memory_limit: grammar::bytes("64Mi").ok(), ..Resources::default() });
    Some((name, Value::Object(out)))
}

fn disk_of(instance: &Instance<'_>) -> Option<String> {
    let component = instance.component;
    let own = matches!(component.storage, Storage::Replicated { .. }) && component.user.is_some();
    own.then(|| format!("{}-disk", instance.name))
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

fn depends_on(site: &Site<'_>, instance: &Instance<'_>) -> Value {
    let component = instance.component;
    let mut out = Map::new();
    let beside = site.synchronised(instance);
    if let Some(disk) = disk_of(beside.unwrap_or(instance)) {
        out.insert(disk, json!({ "condition": "service_completed_successfully" }));
    }
    if component.env.iter().any(|variable| matches!(variable.value, EnvValue::Service { .. })) {
        out.insert(balancer::NAME.to_owned(), json!({ "condition": "service_started" }));
    }
    for (_, endpoint) in site.topology.endpoints_of(component) {
        if endpoint.proxied {
            out.insert(balancer::NAME.to_owned(), json!({ "condition": "service_started" }));
        }
        let Place::Component(name) = &endpoint.place else { continue };
        // With several hosts what it needs is reached when it is reached: to wait for this host's part of it would be
        // to wait for the others' too.
        let target = site.topology.component(name).filter(|_| !site.is_one_of_several());
        if let Some(target) = target {
            let healthy = question(target).is_some();
            out.insert(
                name.to_string(),
                json!({ "condition": if healthy { "service_healthy" } else { "service_started" } }),
            );
        }
    }
    if out.is_empty() { Value::Null } else { Value::Object(out) }
}

fn environment(site: &Site<'_>, instance: &Instance<'_>) -> Value {
    let variables = variables(site, instance).into_iter();
    let out: Map<String, Value> = variables.map(|(name, value)| (name, json!(value))).collect();
    if out.is_empty() { Value::Null } else { Value::Object(out) }
}

/// A replica's environment, without its secrets.
pub(super) fn variables(site: &Site<'_>, instance: &Instance<'_>) -> Vec<(String, String)> {
    let ways = Ways {
        datastore: &|endpoint| places(site, endpoint),
        service: &|name| (balancer::NAME.to_owned(), balancer::service_port(site.topology, name).to_string()),
        member: &|of, port| address_of(site, of, port),
    };
    site.environment(instance, &ways)
}

/// Hosts and ports where this host's containers call a datastore.
pub(super) fn places(site: &Site<'_>, endpoint: &Endpoint) -> Vec<(String, String)> {
    if endpoint.proxied {
        return vec![(balancer::NAME.to_owned(), balancer::datastore_port(site.topology, endpoint).to_string())];
    }
    site.directly(endpoint, |instance| address(site, instance))
}

/// Services are published to clients by the balancer, and datastores by themselves. With several hosts, what the
/// others call is published on this host's address.
fn published(site: &Site<'_>, instance: &Instance<'_>) -> Value {
    let component = instance.component;
    let mut out: Vec<Value> = Vec::new();
    if let Some(host) = instance.host {
        let called = instance.ports.iter();
        out.extend(called.map(|(port, at)| json!(format!("{}:{at}:{}", host.address.value, port.container))));
    }
    if component.role == Role::Datastore && component.exposure != Exposure::Internal {
        let address = match instance.host {
            Some(host) => host.address.value.to_string(),
            None => url_host(site.topology.compose.address),
        };
        let ports = component.ports.iter().filter(|port| port.published.is_some());
        out.extend(ports.map(|port| json!(format!("{address}:{}:{}", host_port(port), port.container))));
    }
    out.dedup();
    list(out.into_iter())
}

fn volume_mounts(site: &Site<'_>, instance: &Instance<'_>) -> Value {
    let component = instance.component;
    let own = component.storage.mount().map(|mount| (instance, mount));
    let beside = component.synchronises.as_ref().and_then(|it| Some((site.synchronised(instance)?, &it.mount)));
    own.or(beside).map_or(Value::Null, |(of, mount)| json!([format!("{}:{mount}", volume_name(of))]))
}

/// The command in the container that says whether it can be called, where there is one.
pub(super) fn question(component: &Component) -> Option<&[String]> {
    match &component.probes.readiness {
        Some(Probe { action: ProbeAction::Exec(command), .. }) => Some(command),
        _ => None,
    }
}

/// Docker starts a program in the container for each question, at the price of many requests: where nothing waits for
/// the answer it need not come soon.
const SELDOM: Millis = Millis(10_000);

/// Only what the image itself can ask: most images have no program that could ask over HTTP, and the balancer
/// asks those.
fn healthcheck(site: &Site<'_>, component: &Component) -> Value {
    let Some(Probe { action: ProbeAction::Exec(command), interval, timeout, failures, .. }) =
        &component.probes.readiness
    else {
        return Value::Null;
    };
    // Of one host others wait with their start, and of several everybody looks for himself.
    let interval = if site.is_one_of_several() { interval.max(&SELDOM) } else { interval };
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
