use std::net::Ipv4Addr;

use crate::diagnostic::{Located, Span};
use crate::grammar::{Bytes, Cpu, Interface, Name};

/// Where the components run.
#[derive(Debug, Clone)]
pub struct Placement {
    /// Machines, at least 1.
    pub nodes: Located<u32>,
    /// Zones they stand in, at least 1 and at most `nodes`.
    pub zones: u32,
    /// The machines by name, for targets that place replicas themselves; empty where a scheduler does.
    pub hosts: Vec<Host>,
    /// What each machine has for what runs here; `None` where nobody says it.
    pub capacity: Option<Located<Capacity>>,
}

/// What one machine has.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// Processor.
    pub cpu: Option<Cpu>,
    /// Memory.
    pub memory: Option<Bytes>,
}

/// One machine.
#[derive(Debug, Clone)]
pub struct Host {
    /// Unique.
    pub name: Name,
    /// Where the other machines reach it.
    pub address: Located<Ipv4Addr>,
    /// The zone it stands in, where the profile says so.
    pub zone: Option<Name>,
    /// Its network interface with that address.
    pub interface: Interface,
    /// Where the profile defines it.
    pub span: Span,
}

/// How the replicas of one component are spread over machines and zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// No two on one machine. One that finds no machine of its own waits for it.
    Required,
    /// Apart where there is room.
    Preferred,
}

impl Placement {
    /// How many zones some machines name.
    pub fn zones_of(hosts: &[Host]) -> usize {
        let mut zones: Vec<_> = hosts.iter().filter_map(|host| host.zone.as_ref()).collect();
        zones.sort();
        zones.dedup();
        zones.len()
    }

    /// The machine of a replica, counted from 1: one after the other, each from another zone than the one before as
    /// long as there are such. `None` where no machine is named.
    pub fn host_of(&self, replica: u32) -> Option<&Host> {
        let order = self.by_turns();
        let at = usize::try_from(replica.checked_sub(1)?).ok()?;
        (!order.is_empty()).then(|| order[at % order.len()])
    }

    /// The machines, zones taking turns.
    fn by_turns(&self) -> Vec<&Host> {
        let mut zones: Vec<(&Option<Name>, Vec<&Host>)> = Vec::new();
        for host in &self.hosts {
            match zones.iter_mut().find(|(zone, _)| **zone == host.zone) {
                Some((_, hosts)) => hosts.push(host),
                None => zones.push((&host.zone, vec![host])),
            }
        }
        let longest = zones.iter().map(|(_, hosts)| hosts.len()).max().unwrap_or(0);
        (0..longest).flat_map(|turn| zones.iter().filter_map(move |(_, hosts)| hosts.get(turn).copied())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar;

    fn placement(zones: &[&str]) -> Placement {
        let host = |(at, zone): (usize, &&str)| Host {
            name: grammar::name(&format!("n{at}")).unwrap(),
            address: Located { value: Ipv4Addr::LOCALHOST, span: Span::DEFAULT },
            zone: grammar::name(zone).ok(),
            interface: grammar::interface("eth0").unwrap(),
            span: Span::DEFAULT,
        };
        let hosts = zones.iter().enumerate().map(host).collect();
        Placement { nodes: Located { value: 1, span: Span::DEFAULT }, zones: 1, hosts, capacity: None }
    }

    fn order(zones: &[&str], replicas: u32) -> Vec<String> {
        let placement = placement(zones);
        (1..=replicas).map(|replica| placement.host_of(replica).unwrap().name.to_string()).collect()
    }

    #[test]
    fn replicas_take_another_zone_each() {
        assert_eq!(order(&["", "", ""], 4), ["n0", "n1", "n2", "n0"]);
        assert_eq!(order(&["a", "a", "b", "c"], 5), ["n0", "n2", "n3", "n1", "n0"]);
        assert!(placement(&[]).host_of(1).is_none());
    }
}
