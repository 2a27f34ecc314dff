//! The haproxy of a host: in front of the services for clients, in front of the datastores for the services.
//!
//! Where there are several hosts, each has one, all alike. Requests go straight to the replicas of every host; for the
//! health of a replica its own host's haproxy is asked, for a replica is only as good as the way from it to its
//! datastore, which goes through that one.

use serde_json::{Map, Value, json};

use crate::balancer::haproxy::{self, Logs, Part, Server};
use crate::grammar::Name;
use crate::target::hosts::{self, Behind, Instance, STATUS_PORT, Site};
use crate::target::ports::Ports;
use crate::topology::{Component, Endpoint, Exposure, Place, Resources, Role, Topology};

use super::{DATASTORES, EDGE, SERVICES, address, secrets, service};

/// The balancer's service and host name.
pub(super) const NAME: &str = "balancer";
/// Its file has a directory of its own: a mounted file would stay the old one when it is replaced.
pub(super) const FILE: &str = "haproxy/haproxy.cfg";
const SOURCE: &str = "./haproxy";
const TARGET: &str = "/usr/local/etc/haproxy";
/// The user of the official image.
const USER: u32 = 99;
/// Docker's own name server, the same in every network.
const NAMESERVER: &str = "127.0.0.11:53";

/// Services and datastores, each with its port.
type Listeners<'a> = (Vec<(&'a Component, u16)>, Vec<(&'a Endpoint, u16)>);

/// Every listener's port, the status first, then services, then datastores.
fn listeners(topology: &Topology) -> Listeners<'_> {
    let mut ports = Ports::taken([STATUS_PORT]);
    let services = topology
        .services()
        .filter_map(|component| Some((component, ports.take(component.main_port()?.service))))
        .collect();
    let proxied = topology.endpoints.iter().filter(|endpoint| endpoint.proxied);
    let datastores = proxied.map(|endpoint| (endpoint, ports.take(endpoint.port))).collect();
    (services, datastores)
}

/// What it publishes on every host beside services: its status. Ports that a check may not have, as it listens there
/// itself, are not what it publishes.
pub(super) fn listening(topology: &Topology) -> impl Iterator<Item = u16> {
    let (services, datastores) = listeners(topology);
    let inside: Vec<u16> =
        services.iter().map(|(_, port)| *port).chain(datastores.iter().map(|(_, port)| *port)).collect();
    // A replica may have the number that the balancer listens at inside its own container; a spare port may not.
    let spare_range = inside.into_iter().filter(|port| *port >= 20_000);
    [STATUS_PORT].into_iter().chain(spare_range)
}

/// Where services call a proxied datastore.
pub(super) fn datastore_port(topology: &Topology, endpoint: &Endpoint) -> u16 {
    let (_, datastores) = listeners(topology);
    datastores
        .into_iter()
        .find(|(other, _)| other.datastore == endpoint.datastore)
        .map_or(endpoint.port, |(_, port)| port)
}

/// Where services call a service: it balances for them as for clients.
pub(super) fn service_port(topology: &Topology, service: &Name) -> u16 {
    let (services, _) = listeners(topology);
    services.into_iter().find(|(component, _)| component.name == *service).map_or(0, |(_, port)| port)
}

pub(super) fn config_text(site: &Site<'_>) -> String {
    let topology = site.topology;
    let (services, datastores) = listeners(topology);
    let edges = services.into_iter().map(|(component, port)| haproxy::HttpService {
        component,
        name: component.name.to_string(),
        part: Part::Edge,
        bind: format!(":{port}"),
        servers: site.of(component).map(|instance| replica(site, instance)).collect(),
        relayed: false,
        sharing: hosts::sharing(topology),
        synchroniser: None,
    });
    let asked = site.called().filter(|_| site.is_one_of_several());
    let checks = asked.map(|instance| haproxy::HttpService {
        component: instance.component,
        name: instance.checks_name(),
        part: Part::Checks,
        bind: format!(":{}", instance.check_port),
        servers: vec![Server::plain(instance.name.clone(), address(site, instance))],
        relayed: false,
        sharing: 1,
        synchroniser: site.synchroniser(instance).map(|synchroniser| address(site, synchroniser)),
    });
    let config = haproxy::Config {
        operated: true,
        logs: Logs::Raw,
        secrets: haproxy::SECRETS,
        status: format!(":{STATUS_PORT}"),
        nameserver: Some(NAMESERVER),
        // A container that is made anew has another address.
        hold_valid: "1s",
        services: edges.chain(checks).collect(),
        datastores: datastores
            .into_iter()
            .map(|(endpoint, port)| haproxy::Datastore {
                endpoint,
                bind: format!(":{port}"),
                servers: datastore_servers(site, endpoint),
            })
            .collect(),
    };
    haproxy::render(&config, topology)
}

fn replica(site: &Site<'_>, instance: &Instance<'_>) -> Server {
    let asked = match instance.host {
        Some(_) if site.is_here(instance) => Some("127.0.0.1".to_owned()),
        Some(host) => Some(host.address.value.to_string()),
        None => None,
    };
    Server {
        name: instance.name.clone(),
        address: address(site, instance),
        check: asked.map(|host| (host, instance.check_port)),
    }
}

fn datastore_servers(site: &Site<'_>, endpoint: &Endpoint) -> Vec<Server> {
    let server = |(name, behind): (String, Behind<'_>)| match behind {
        Behind::Replica(instance) => Server::plain(name, address(site, instance)),
        Behind::Elsewhere(address) => Server::plain(name, address),
    };
    site.behind(endpoint).into_iter().map(server).collect()
}

pub(super) fn service(site: &Site<'_>) -> Value {
    let topology = site.topology;
    let (_, datastores) = listeners(topology);
    let ports = published(site);
    let mut networks = vec![EDGE];
    if !site.is_one_of_several() {
        networks.push(SERVICES);
        let calls_datastores = datastores.iter().any(|(endpoint, _)| matches!(endpoint.place, Place::Component(_)));
        if calls_datastores && topology.components.iter().any(|component| component.role == Role::Datastore) {
            networks.push(DATASTORES);
        }
    }
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("image", json!(topology.balancer.image.as_str()));
    put("entrypoint", json!(["haproxy", "-W", "-db", "-f", format!("{TARGET}/haproxy.cfg")]));
    put("networks", json!(networks));
    if !ports.is_empty() {
        put("ports", json!(ports));
    }
    let files = secrets::of_balancer(topology);
    if !files.is_empty() {
        put("secrets", json!(files));
    }
    put(
        "volumes",
        json!([{ "type": "bind", "source": SOURCE, "target": TARGET, "read_only": true,
                 "bind": { "create_host_path": false } }]),
    );
    put("tmpfs", json!([format!("/run/haproxy:mode=0700,uid={USER},gid={USER},size=1m")]));
    // Finishes what it has begun; `hard-stop-after` in its configuration ends before this does.
    put("stop_signal", json!("SIGUSR1"));
    put("stop_grace_period", json!("35s"));
    put(service::IGNORE, json!("no-healthcheck: keepalived asks it, and no program in its image could"));
    service::harden(&mut out, Some(USER));
    let limit = crate::grammar::bytes("256Mi").ok();
    service::limit(&mut out, &Resources { memory_limit: limit, ..Resources::default() });
    Value::Object(out)
}

/// What clients call; with other hosts around, also what those ask.
fn published(site: &Site<'_>) -> Vec<String> {
    let topology = site.topology;
    let (services, _) = listeners(topology);
    // The address that moves is not always here, so nothing can be bound to it alone.
    let everywhere = site.is_one_of_several();
    let address = if everywhere { "0.0.0.0".to_owned() } else { hosts::text::url_host(topology.compose.address) };
    let services = services.iter().filter(|(component, _)| component.exposure != Exposure::Internal).filter_map(
        |(component, port)| Some(format!("{address}:{}:{port}", hosts::text::host_port(component.main_port()?))),
    );
    let mut out: Vec<String> = services.collect();
    if let Some(host) = site.host {
        let ports = [STATUS_PORT].into_iter().chain(site.called().map(|instance| instance.check_port));
        out.extend(ports.map(|port| format!("{}:{port}:{port}", host.address.value)));
    }
    out
}
