//! haproxy on each host, in front of the services of all hosts for clients, and in front of the datastores for the
//! services of its own host.

use crate::balancer::haproxy::{self, Logs, Part, Server};
use crate::diagnostic::Diagnostic;
use crate::target::hosts::{self, Behind, Instance, STATUS_PORT, Site};
use crate::target::ports::Ports;
use crate::target::{Artifacts, Header, Target};
use crate::topology::{Endpoint, Platform, Role, Topology};

use super::{Kind, clients, published};

pub(in crate::target) const TARGET: Target = Target {
    name: KIND.name,
    about: "haproxy for services that run natively on hosts",
    platform: Platform::Hosts,
    render,
    gaps: super::gaps::gaps,
};

const KIND: Kind = Kind {
    name: "haproxy",
    config_path: "haproxy/haproxy.cfg",
    test: "haproxy -c -f /etc/haproxy/haproxy.cfg",
    secrets: |topology| haproxy::secrets(topology, true, topology.endpoints.iter()),
    listening,
    config,
    client_config,
    places,
    refusals: |_| Vec::new(),
    warnings: |_| Vec::new(),
};

const SECRETS: &str = "/etc/haproxy/secrets";

fn render(topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    super::render(&KIND, topology, header)
}

/// Where a host's processes call each proxied datastore: at the loopback address, where no other host's do.
fn proxies(topology: &Topology) -> Vec<(&Endpoint, u16)> {
    // A datastore listens at its host's address; where that is the loopback address, the proxy gives way to it.
    let alone = topology.placement.hosts.len() < 2;
    let there = topology.components.iter().filter(|component| component.role == Role::Service || alone);
    let there = there.filter_map(|component| Some(component.main_port()?.service));
    let mut ports = Ports::taken([STATUS_PORT].into_iter().chain(hosts::published(topology)).chain(there));
    let proxied = topology.endpoints.iter().filter(|endpoint| endpoint.proxied);
    proxied.map(|endpoint| (endpoint, ports.take(endpoint.port))).collect()
}

/// A datastore may have the number of its proxy, at another address; no process may have another proxy's.
fn listening(topology: &Topology) -> Vec<u16> {
    let wanted: Vec<u16> =
        topology.components.iter().filter_map(|component| Some(component.main_port()?.service)).collect();
    let proxies = proxies(topology).into_iter().map(|(_, port)| port).filter(|port| !wanted.contains(port));
    [STATUS_PORT].into_iter().chain(proxies).collect()
}

fn places(site: &Site<'_>, endpoint: &Endpoint) -> Vec<(String, String)> {
    let proxy = proxies(site.topology).into_iter().find(|(other, _)| other.datastore == endpoint.datastore);
    match proxy {
        Some((_, port)) => vec![("127.0.0.1".to_owned(), port.to_string())],
        None => site.directly(endpoint, |instance| instance.known_as()),
    }
}

fn config(site: &Site<'_>) -> String {
    let topology = site.topology;
    let own = hosts::address(site.host);
    let edges = published(topology).map(|(component, port)| haproxy::HttpService {
        component,
        name: component.name.to_string(),
        part: Part::Edge,
        // The address that moves is not always here, so nothing can be bound to it alone.
        bind: format!(":{port}"),
        servers: site.of(component).map(replica).collect(),
        relayed: false,
        sharing: hosts::sharing(topology),
        synchroniser: None,
    });
    let asked = site.called().filter(|_| site.is_one_of_several());
    let checks = asked.map(|instance| haproxy::HttpService {
        component: instance.component,
        name: instance.checks_name(),
        part: Part::Checks,
        bind: format!("{own}:{}", instance.check_port),
        servers: vec![Server::plain(instance.name.clone(), instance.known_as())],
        relayed: false,
        sharing: 1,
        synchroniser: None,
    });
    let datastores = proxies(topology).into_iter().map(|(endpoint, port)| haproxy::Datastore {
        endpoint,
        bind: format!("127.0.0.1:{port}"),
        servers: site.behind(endpoint).into_iter().map(datastore_server).collect(),
    });
    let config = haproxy::Config {
        operated: true,
        logs: Logs::Journal,
        secrets: SECRETS,
        status: format!("{own}:{STATUS_PORT}"),
        nameserver: None,
        // Addresses of hosts stay.
        hold_valid: "10s",
        services: edges.chain(checks).collect(),
        datastores: datastores.collect(),
    };
    haproxy::render(&config, topology)
}

fn client_config(topology: &Topology) -> String {
    let edges = published(topology).map(|(component, port)| haproxy::HttpService {
        component,
        name: component.name.to_string(),
        part: Part::Edge,
        bind: format!("{}:{port}", clients::LOOPBACK),
        // Asked as clients ask: by way of the balancer.
        servers: clients::balancers(topology, port).into_iter().map(|(name, at)| Server::plain(name, at)).collect(),
        relayed: true,
        sharing: u32::try_from(topology.balancer.clients.len()).unwrap_or(u32::MAX),
        synchroniser: None,
    });
    let config = haproxy::Config {
        operated: true,
        logs: Logs::Journal,
        secrets: SECRETS,
        status: format!("{}:{STATUS_PORT}", clients::LOOPBACK),
        nameserver: None,
        hold_valid: "10s",
        services: edges.collect(),
        datastores: Vec::new(),
    };
    haproxy::render(&config, topology)
}

/// Asked through its own host's haproxy: it is only as good as the way from it to its datastore.
fn replica(instance: &Instance<'_>) -> Server {
    let check = instance.host.map(|host| (host.address.value.to_string(), instance.check_port));
    Server { name: instance.name.clone(), address: instance.known_as(), check }
}

fn datastore_server((name, behind): (String, Behind<'_>)) -> Server {
    match behind {
        Behind::Replica(instance) => Server::plain(name, instance.known_as()),
        Behind::Elsewhere(address) => Server::plain(name, address),
    }
}
