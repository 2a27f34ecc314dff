//! Machines and zones, and which of them gets which replica.

use crate::topology::{Host, Topology};

use super::super::system::Node;

/// Where members stand.
pub(super) struct Ground {
    pub(super) nodes: Vec<Node>,
    pub(super) zones: Vec<String>,
    /// Indices of the nodes in the order in which they get replicas.
    order: Vec<usize>,
}

impl Ground {
    /// The hosts that the profile names, and where it names fewer than there are, others.
    pub(super) fn of(topology: &Topology, count: usize) -> Self {
        let hosts = &topology.placement.hosts;
        let named = zones_of(hosts);
        // Zones that nobody names are there all the same: hosts without one stand in them by turns.
        let wanted = usize::try_from(topology.placement.zones).unwrap_or(usize::MAX);
        let zones: Vec<String> = if named.is_empty() && wanted > 1 {
            (1..=wanted).map(|number| format!("zone-{number}")).collect()
        } else {
            named.clone()
        };
        let node = |at: usize| {
            let host = hosts.get(at);
            let zone = match host.and_then(|host| host.zone.as_ref()) {
                Some(zone) => zones.iter().position(|other| *other == zone.as_str()),
                None if named.is_empty() && !zones.is_empty() => Some(at % zones.len()),
                None => None,
            };
            Node { name: host.map_or_else(|| format!("node-{}", at + 1), |host| host.name.to_string()), zone }
        };
        let nodes: Vec<Node> = (0..count.max(1)).map(node).collect();
        let order = by_turns(&nodes);
        // A zone that holds everything is no zone.
        if zones.len() < 2 {
            let nodes = nodes.into_iter().map(|node| Node { zone: None, ..node }).collect();
            return Self { nodes, zones: Vec::new(), order };
        }
        Self { nodes, zones, order }
    }

    /// The node of a replica, counted from 1: one after the other, each from another zone than the one before as long
    /// as there are such.
    pub(super) fn node_of(&self, replica: u32) -> usize {
        let at = usize::try_from(replica.saturating_sub(1)).unwrap_or(usize::MAX);
        self.order[at % self.order.len()]
    }
}

/// The zones that hosts name, in the order in which they do.
fn zones_of(hosts: &[Host]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for zone in hosts.iter().filter_map(|host| host.zone.as_ref()) {
        if !out.iter().any(|other| other == zone.as_str()) {
            out.push(zone.to_string());
        }
    }
    out
}

fn by_turns(nodes: &[Node]) -> Vec<usize> {
    let mut zones: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        match zones.iter_mut().find(|(zone, _)| *zone == node.zone) {
            Some((_, nodes)) => nodes.push(at),
            None => zones.push((node.zone, vec![at])),
        }
    }
    let longest = zones.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
    (0..longest).flat_map(|turn| zones.iter().filter_map(move |(_, nodes)| nodes.get(turn).copied())).collect()
}
