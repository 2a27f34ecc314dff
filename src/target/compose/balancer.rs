//! The haproxy of the host: in front of the services for clients, in front of the datastores for the services.

use serde_json::{Map, Value, json};

use crate::balancer::haproxy;
use crate::target::ports::Ports;
use crate::topology::{Component, Endpoint, Exposure, Place, Resources, Role, Topology};

use super::{DATASTORES, EDGE, SERVICES, service, text};

/// The balancer's service and host name.
pub(super) const NAME: &str = "balancer";
pub(super) const FILE: &str = "haproxy.cfg";
const CONFIG: &str = "balancer-haproxy-cfg";
const TARGET: &str = "/usr/local/etc/haproxy/haproxy.cfg";
/// Health and metrics, on the inner networks only.
const STATUS_PORT: u16 = 8404;
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

/// Where services call a proxied datastore.
pub(super) fn datastore_port(topology: &Topology, endpoint: &Endpoint) -> u16 {
    let (_, datastores) = listeners(topology);
    datastores
        .into_iter()
        .find(|(other, _)| other.datastore == endpoint.datastore)
        .map_or(endpoint.port, |(_, port)| port)
}

pub(super) fn config_text(topology: &Topology) -> String {
    let (services, datastores) = listeners(topology);
    let replicas = |component: &Component| {
        let port = component.main_port().map_or(0, |port| port.container);
        (1..=component.replicas())
            .map(|number| {
                let name = service::instance_name(component, number);
                (name.clone(), format!("{name}:{port}"))
            })
            .collect()
    };
    let server = |endpoint: &Endpoint| match &endpoint.place {
        Place::External(host) => format!("{host}:{}", endpoint.port),
        Place::Component(name) => {
            let port =
                topology.component(name).and_then(Component::main_port).map_or(endpoint.port, |port| port.container);
            format!("{name}:{port}")
        }
    };
    let config = haproxy::Config {
        edge: true,
        status: format!(":{STATUS_PORT}"),
        nameserver: Some(NAMESERVER),
        // A container that is made anew has another address.
        hold_valid: "1s",
        services: services
            .into_iter()
            .map(|(component, port)| haproxy::HttpService {
                component,
                bind: format!(":{port}"),
                servers: replicas(component),
            })
            .collect(),
        datastores: datastores
            .into_iter()
            .map(|(endpoint, port)| haproxy::Datastore {
                endpoint,
                bind: format!(":{port}"),
                servers: vec![(endpoint.datastore.to_string(), server(endpoint))],
            })
            .collect(),
    };
    haproxy::render(&config, topology)
}

pub(super) fn config() -> (String, Value) {
    (CONFIG.to_owned(), json!({ "file": format!("./{FILE}") }))
}

pub(super) fn service(topology: &Topology) -> Value {
    let (services, datastores) = listeners(topology);
    let address = text::url_host(topology.compose.address);
    let ports: Vec<Value> = services
        .iter()
        .filter(|(component, _)| component.exposure != Exposure::Internal)
        .filter_map(|(component, port)| {
            Some(json!(format!("{address}:{}:{port}", text::host_port(component.main_port()?))))
        })
        .collect();
    let mut networks = vec![EDGE, SERVICES];
    let calls_datastores = datastores.iter().any(|(endpoint, _)| matches!(endpoint.place, Place::Component(_)));
    if calls_datastores && topology.components.iter().any(|component| component.role == Role::Datastore) {
        networks.push(DATASTORES);
    }
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("image", json!(topology.balancer.image.as_str()));
    put("entrypoint", json!(["haproxy", "-W", "-db", "-f", TARGET]));
    put("networks", json!(networks));
    if !ports.is_empty() {
        put("ports", Value::Array(ports));
    }
    put("configs", json!([{ "source": CONFIG, "target": TARGET }]));
    put("tmpfs", json!([format!("/run/haproxy:mode=0700,uid={USER},gid={USER},size=1m")]));
    // Finishes what it has begun; `hard-stop-after` in its configuration ends before this does.
    put("stop_signal", json!("SIGUSR1"));
    put("stop_grace_period", json!("35s"));
    service::harden(&mut out, Some(USER));
    let limit = crate::grammar::bytes("256Mi").ok();
    service::limit(&mut out, &Resources { memory_limit: limit, ..Resources::default() });
    Value::Object(out)
}
