//! Several Docker hosts on one machine: a network namespace and a dockerd of its own each, on one network with the
//! test. They can lose their link or their power, and get it back.
//!
//! Three rules keep it honest. Power goes away for everything at once: the daemon, containerd, shims and containers
//! of a host live in one pid namespace, whose end the kernel makes the end of them all. Nothing of a host outlives
//! its power but its disk: network namespace, mounts and cgroups are made anew. And the network between the hosts is
//! in a namespace of its own, out of reach of the packet filter of the machine's own Docker.

mod daemon;
mod host;
mod leftovers;
mod network;
mod plain;
mod programs;
mod tests;

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::MutexGuard;
use std::thread::scope;

use crate::support::{run, skip, stdout_of, text, tool, turn};
pub(crate) use host::{Aim, Host};
use network::Network;
pub(crate) use plain::PlainHosts;

pub(crate) struct Lab {
    hosts: Vec<Host>,
    network: Network,
    state: PathBuf,
    /// Released last, when nothing is left.
    _alone: File,
    _turn: MutexGuard<'static, ()>,
}

impl Lab {
    /// Starts a host for each name and address; the test itself is the first address of their network. It must be one
    /// that this machine is not part of: 198.51.100.0/24 and 203.0.113.0/24 are set aside for such. `None` after a
    /// skip.
    pub(crate) fn up(test: &str, hosts: &[(&str, &str)], prefix: u8) -> Option<Self> {
        let turn = turn();
        let compose = tool(test, "docker-compose-2.40")?;
        if let Err(reason) = programs::present(programs::DOCKER) {
            skip(test, &reason);
            return None;
        }
        let alone = leftovers::alone();
        leftovers::remove();
        let name = format!("a8ctl-{}", std::process::id());
        let network = match Network::new(&name, hosts[0].1, prefix) {
            Ok(network) => network,
            Err(reason) => {
                skip(test, &reason);
                return None;
            }
        };
        // Sockets need short paths, a disk needs room.
        let (state, disks) = leftovers::folders(&name);
        let mut lab = Self { hosts: Vec::new(), network, state: state.clone(), _alone: alone, _turn: turn };
        lab.network.connect();
        for (index, (host, address)) in hosts.iter().enumerate() {
            let port = lab.network.port(host, index + 1, address);
            lab.hosts.push(Host::new(host, port, &state, &disks, compose.clone()));
        }
        scope(|scope| {
            for host in &lab.hosts {
                scope.spawn(|| host.power_on());
            }
        });
        Some(lab)
    }

    /// Gives every host images of the machine's own daemon.
    pub(crate) fn load(&self, images: &[&str]) {
        let archive = self.state.join("images.tar");
        stdout_of(Command::new("docker").arg("save").arg("--output").arg(&archive).args(images));
        let path = archive.to_string_lossy();
        scope(|scope| {
            for host in &self.hosts {
                scope.spawn(|| stdout_of(&mut host.docker(&["load", "--quiet", "--input", &path])));
            }
        });
        let _ = std::fs::remove_file(&archive);
    }

    #[track_caller]
    pub(crate) fn host(&self, name: &str) -> &Host {
        self.hosts.iter().find(|host| host.name == name).unwrap_or_else(|| panic!("no host {name}"))
    }

    /// The hosts that have an address now, cut off or not.
    pub(crate) fn holds(&self, address: &str) -> Vec<String> {
        let has = |host: &&Host| {
            let output = run(&mut host.run(&["ip", "-4", "-oneline", "address", "show", "to", address]));
            output.status.success() && !output.stdout.is_empty()
        };
        self.hosts.iter().filter(has).map(|host| host.name.clone()).collect()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for host in &self.hosts {
                eprintln!("{}", host.story());
            }
        }
        for host in &self.hosts {
            host.power_off();
        }
        self.network.remove();
        leftovers::remove();
    }
}

/// Runs what cleans up: it may fail, as much of it may be gone already.
fn quietly(program: &str, args: &[&str]) -> String {
    text(&run(Command::new(program).args(args)).stdout)
}
