//! Hosts without Docker: a network of their own each, for programs that run natively.

use std::fs::File;
use std::process::Command;
use std::sync::MutexGuard;

use super::network::{Network, Port};
use super::{leftovers, programs};
use crate::support::{skip, turn};

pub(crate) struct PlainHosts {
    ports: Vec<(String, Port)>,
    network: Network,
    /// Released last, when nothing is left.
    _alone: File,
    _turn: MutexGuard<'static, ()>,
}

impl PlainHosts {
    /// As `Lab::up`.
    pub(crate) fn up(test: &str, hosts: &[(&str, &str)], prefix: u8) -> Option<Self> {
        let turn = turn();
        if let Err(reason) = programs::present(&[]) {
            skip(test, &reason);
            return None;
        }
        let alone = leftovers::alone();
        leftovers::remove();
        let network = Network::new(&format!("a8ctl-{}", std::process::id()), hosts[0].1, prefix);
        let network = network.map_err(|reason| skip(test, &reason)).ok()?;
        network.connect();
        let plugged = |(index, (host, address)): (usize, &(&str, &str))| {
            let port = network.port(host, index + 1, address);
            port.add();
            port.plug(true);
            ((*host).to_owned(), port)
        };
        let ports = hosts.iter().enumerate().map(plugged).collect();
        Some(Self { ports, network, _alone: alone, _turn: turn })
    }

    /// Pulls a host's cable, or plugs it in again.
    pub(crate) fn plug(&self, host: &str, plugged: bool) {
        self.port(host).plug(plugged);
    }

    fn port(&self, host: &str) -> &Port {
        &self.ports.iter().find(|(name, _)| name == host).unwrap_or_else(|| panic!("no host {host}")).1
    }

    /// A program in a host's network. It has the number of the command.
    #[track_caller]
    pub(crate) fn command(&self, host: &str, args: &[&str]) -> Command {
        self.port(host).command(args)
    }
}

impl Drop for PlainHosts {
    fn drop(&mut self) {
        for (_, port) in &self.ports {
            port.remove();
        }
        self.network.remove();
        leftovers::remove();
    }
}
