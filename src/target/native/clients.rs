//! Hosts of clients that balance for themselves: each has a balancer of its own at its loopback address, in front of
//! those of all hosts, so that no address has to move. What a host's balancer knows of its replicas and their datastore
//! stays its own business.

use crate::diagnostic::{Diagnostic, Located};
use crate::grammar::Name;
use crate::target::Artifact;
use crate::target::hosts::text::with_comment;
use crate::target::hosts::{self, Site, scheme};
use crate::topology::{Component, Topology};

use super::{Kind, drop_in, plain, published};

/// The directory of the hosts of clients.
pub(super) const DIRECTORY: &str = "clients";
/// What clients are told that take a list of URLs themselves.
pub(super) const LIST: &str = "clients/urls.env";
/// Where a client's processes call its balancer.
pub(super) const LOOPBACK: &str = "127.0.0.1";

/// Each host's balancer at a port: the host's name and `address:port`.
pub(super) fn balancers(topology: &Topology, port: u16) -> Vec<(String, String)> {
    let hosts = topology.placement.hosts.iter();
    hosts.map(|host| (host.name.to_string(), format!("{}:{port}", hosts::address(Some(host))))).collect()
}

/// What each of them gets, and the list for those that need no balancer.
pub(super) fn files(kind: &Kind, site: &Site<'_>, comment: &str) -> Vec<Artifact> {
    let topology = site.topology;
    let clients = &topology.balancer.clients;
    let config = (kind.client_config)(topology);
    let of = |client: &Located<Name>| {
        let below = |file: Artifact| Artifact { path: format!("{DIRECTORY}/{}/{}", client.value, file.path), ..file };
        let config = plain(kind.config_path, with_comment(comment, &config));
        [below(config), below(drop_in(kind.name, comment))]
    };
    let mut files: Vec<Artifact> = clients.iter().flat_map(of).collect();
    if !clients.is_empty() {
        files.push(plain(LIST, with_comment(comment, &list(topology))));
    }
    files
}

fn list(topology: &Topology) -> String {
    let line = |(component, port): (&Component, u16)| {
        let urls =
            balancers(topology, port).into_iter().map(|(_, address)| format!("{}://{address}", scheme(topology)));
        let name = component.client_env.as_ref()?;
        Some(format!("{name}=\"{}\"\n", urls.collect::<Vec<_>>().join(",")))
    };
    let lines: String = published(topology).filter_map(line).collect();
    format!("# For clients that take a list, and turn to another when one does not answer.\n{lines}")
}

/// Clients have nothing to choose from, or nothing to decrypt with.
pub(super) fn refusals(topology: &Topology) -> Vec<Diagnostic> {
    let Some(first) = topology.balancer.clients.first() else { return Vec::new() };
    let mut problems = Vec::new();
    if topology.placement.hosts.len() < 2 {
        let message = "hosts of clients balance over hosts, and there are not two of them";
        problems.push(
            Diagnostic::error("clients-without-hosts", message)
                .at(first.span)
                .help("name two or more under `placement.hosts`, or remove `balancer.clients`"),
        );
    }
    if topology.balancer.tls.is_some() {
        let message = "a balancer at a client's loopback address has no name that a certificate could be for";
        problems.push(
            Diagnostic::error("clients-with-tls", message)
                .at(first.span)
                .help("remove `balancer.tls`, or let clients call the hosts: remove `balancer.clients`"),
        );
    }
    if let Some(host) = topology.placement.hosts.iter().find(|host| host.name.as_str() == DIRECTORY) {
        let message = format!("a host is called `{DIRECTORY}`, as the directory of the hosts of clients is");
        problems.push(Diagnostic::error("duplicate-name", message).at(host.span).help("give it another name"));
    }
    problems
}
