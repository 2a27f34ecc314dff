//! The network: a bridge in a namespace of its own, with a cable to each host and one to the test.

use std::net::Ipv4Addr;
use std::process::Command;

use super::quietly;
use crate::support::stdout_of;

pub(super) struct Network {
    /// Of the bridge's namespace, and the test's interface.
    name: String,
    /// The test's address, and the hosts' way out.
    gateway: Ipv4Addr,
    prefix: u8,
}

/// A host's end and the bridge's end of its cable.
pub(super) struct Port {
    pub(super) namespace: String,
    /// Different for each host, from 1.
    pub(super) number: usize,
    switch: String,
    address: String,
    prefix: u8,
    gateway: Ipv4Addr,
    /// The network's last address, nobody's: where the hosts' name server would be.
    pub(super) nobody: Ipv4Addr,
}

impl Network {
    /// Looks whether the network is free. The machine's own must not be taken: its way out would lead into the lab.
    pub(super) fn new(name: &str, host: &str, prefix: u8) -> Result<Self, String> {
        let host = u32::from(host.parse::<Ipv4Addr>().unwrap());
        let first = host & (u32::MAX << (32 - u32::from(prefix)));
        let (network, gateway) = (Ipv4Addr::from(first), Ipv4Addr::from(first + 1));
        let taken = quietly(
            "ip",
            &["-4", "-oneline", "route", "show", "table", "all", "to", "root", &format!("{network}/{prefix}")],
        );
        match taken.lines().next() {
            Some(route) => Err(format!("this machine is on the lab's network {network}/{prefix}: {}", route.trim())),
            None => Ok(Self { name: name.to_owned(), gateway, prefix }),
        }
    }

    /// Lays the bridge and the test's cable.
    pub(super) fn connect(&self) {
        let (name, gateway) = (&self.name, format!("{}/{}", self.gateway, self.prefix));
        ip(&["netns", "add", name]);
        ip(&["-n", name, "link", "add", "bridge", "type", "bridge", "forward_delay", "0"]);
        ip(&["-n", name, "link", "set", "bridge", "up"]);
        ip(&["link", "add", name, "type", "veth", "peer", "name", "test", "netns", name]);
        ip(&["-n", name, "link", "set", "test", "master", "bridge", "up"]);
        ip(&["address", "add", &gateway, "dev", name]);
        ip(&["link", "set", name, "up"]);
    }

    pub(super) fn port(&self, host: &str, number: usize, address: &str) -> Port {
        let (switch, gateway, prefix) = (self.name.clone(), self.gateway, self.prefix);
        let namespace = format!("{}-{host}", self.name);
        let nobody = Ipv4Addr::from((u32::from(gateway) | (u32::MAX >> prefix)) - 1);
        Port { namespace, number, switch, address: address.to_owned(), prefix, gateway, nobody }
    }

    pub(super) fn remove(&self) {
        // The end that the test has goes at once; with its namespace it would go in a while.
        quietly("ip", &["link", "delete", &self.name]);
        quietly("ip", &["netns", "delete", &self.name]);
    }
}

impl Port {
    fn cable(&self) -> String {
        format!("host{}", self.number)
    }

    /// A new namespace with a new `eth0`; its cable is not plugged in.
    pub(super) fn add(&self) {
        let Self { namespace, switch, .. } = self;
        let cable = self.cable();
        ip(&["netns", "add", namespace]);
        ip(&["-n", switch, "link", "add", &cable, "type", "veth", "peer", "name", "eth0", "netns", namespace]);
        ip(&["-n", switch, "link", "set", &cable, "master", "bridge"]);
        ip(&["-n", namespace, "link", "set", "lo", "up"]);
        ip(&["-n", namespace, "address", "add", &format!("{}/{}", self.address, self.prefix), "dev", "eth0"]);
        ip(&["-n", namespace, "link", "set", "eth0", "up"]);
        ip(&["-n", namespace, "route", "add", "default", "via", &self.gateway.to_string()]);
        // What is sent there gets no answer, not even that there is nobody.
        let nobody = self.nobody.to_string();
        let neighbour = ["neighbour", "add", &nobody, "lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent"];
        ip(&[&["-n", namespace], &neighbour[..]].concat());
        // A namespace begins with the machine's own setting. Docker closes forwarding only when it opens it itself, as
        // it does on any host that is no router.
        stdout_of(&mut self.command(&["sh", "-c", "echo 0 >/proc/sys/net/ipv4/ip_forward"]));
    }

    /// Everything in it is gone with it, but for processes.
    pub(super) fn remove(&self) {
        quietly("ip", &["-n", &self.switch, "link", "delete", &self.cable()]);
        quietly("ip", &["netns", "delete", &self.namespace]);
    }

    /// The bridge's end is what goes up and down, so that the host sees what a host sees: no carrier.
    pub(super) fn plug(&self, plugged: bool) {
        let state = if plugged { "up" } else { "down" };
        ip(&["-n", &self.switch, "link", "set", &self.cable(), state]);
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/run/netns/{}", self.namespace)).arg("--").args(args);
        command
    }
}

#[track_caller]
fn ip(args: &[&str]) {
    stdout_of(Command::new("ip").args(args));
}
