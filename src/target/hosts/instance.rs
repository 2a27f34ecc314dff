//! Replicas, and the ports of their hosts.

use crate::grammar::Name;
use crate::target::ports::Ports;
use crate::topology::{Component, Host, Port, Role, Topology};

use super::{address, published};

/// One replica. Ports are of its host's address; where there is one host, of the loopback address.
pub(in crate::target) struct Instance<'a> {
    /// Of what.
    pub(in crate::target) component: &'a Component,
    /// The name of its container or process: `controller-1`.
    pub(in crate::target) name: String,
    /// Which of them, counted from 1.
    pub(in crate::target) number: u32,
    /// Where it runs; `None` where there is only one host.
    pub(in crate::target) host: Option<&'a Host>,
    /// Where other hosts call it, each with the port that it stands for. Of a component without members that is the
    /// main port alone.
    pub(in crate::target) ports: Vec<(&'a Port, u16)>,
    /// Where other hosts' balancers ask for its health.
    pub(in crate::target) check_port: u16,
}

impl<'a> Instance<'a> {
    /// Every replica of a topology. `taken` are ports that none may have.
    pub(super) fn all(topology: &'a Topology, taken: &[u16]) -> Vec<Self> {
        // Of each host; they are alike, and a port that means one thing on every host is a port that can be remembered.
        let taken: Vec<u16> = published(topology).chain(taken.iter().copied()).collect();
        let several = topology.placement.hosts.len() > 1;
        let hosts = topology.placement.hosts.iter().filter(|_| several).map(Some);
        let hosts = hosts.chain((!several).then_some(None));
        let mut ports: Vec<(Option<&Host>, Ports)> =
            hosts.map(|host| (host, Ports::taken(taken.iter().copied()))).collect();
        let mut out = Vec::new();
        for component in &topology.components {
            for number in 1..=component.replicas() {
                let host = topology.placement.host_of(number).filter(|_| several);
                let of_host = ports.iter_mut().find(|(other, _)| other.map(|it| &it.name) == host.map(|it| &it.name));
                let called = if component.members { component.ports.len() } else { 1 };
                let (of_it, check_port) = match (of_host, component.main_port()) {
                    (Some((_, ports)), Some(_)) => {
                        let called = component.ports.iter().take(called);
                        let of_it: Vec<_> = called.map(|port| (port, ports.take(port.service))).collect();
                        let check = several && component.role == Role::Service;
                        (of_it, if check { ports.spare() } else { 0 })
                    }
                    _ => (Vec::new(), 0),
                };
                let name = component.replica_name(number);
                out.push(Instance { component, name, number, host, ports: of_it, check_port });
            }
        }
        out
    }
}

impl Instance<'_> {
    /// `host:port` by which every host knows it, its own among them.
    pub(in crate::target) fn known_as(&self) -> String {
        self.called_at(None)
    }

    /// Its main port there; 0 for one that nobody calls.
    pub(in crate::target) fn port(&self) -> u16 {
        self.ports.first().map_or(0, |(_, port)| *port)
    }

    /// The same at the port of a name.
    pub(in crate::target) fn called_at(&self, port: Option<&Name>) -> String {
        let wanted = |(of, _): &&(&Port, u16)| port.is_none_or(|name| of.name == *name);
        let port = self.ports.iter().find(wanted).map_or(0, |(_, port)| *port);
        format!("{}:{port}", address(self.host))
    }

    /// What haproxies call the way by which they ask for its health.
    pub(in crate::target) fn checks_name(&self) -> String {
        format!("checks_{}", self.name)
    }

    /// haproxy's backends whose server of the same name as the replica an operator drains, and whose checks say whether
    /// it is up.
    pub(in crate::target) fn drained_and_seen_at(&self) -> (String, String) {
        let seen = format!("be_{}", self.component.name);
        (if self.host.is_some() { format!("be_{}", self.checks_name()) } else { seen.clone() }, seen)
    }
}
