//! Machines of which manifests say next to nothing: as many as somebody says, and those that pods are bound to.

use super::Assumed;
use super::remarks::Remarks;
use crate::failure::Node;

/// Nodes where nobody says how many there are: the fewest of a cluster that is there for the loss of one.
const NODES: u32 = 3;
/// No member stands on a node beyond these.
const MOST: u32 = 1_000;

/// Machines and their zones.
#[derive(Debug, Default)]
pub(super) struct Ground {
    nodes: Vec<Node>,
    zones: Vec<String>,
    /// The first node of each zone.
    first: Vec<usize>,
}

impl Ground {
    /// A cluster, with the nodes that pods are bound to by their names.
    pub(super) fn cluster(pins: &[String], assumed: Assumed, remarks: &mut Remarks) -> Self {
        let count = usize::try_from(assumed.nodes.unwrap_or(NODES).clamp(1, MOST)).unwrap_or(1).max(pins.len());
        if assumed.nodes.is_none() {
            remarks.say(
                "How many nodes the cluster has is not said: {} are reckoned with, and `--nodes` says otherwise.",
                &count.to_string(),
            );
        }
        let zones = usize::try_from(assumed.zones.unwrap_or(0)).unwrap_or(0).min(count);
        // A zone that holds everything is no zone.
        let zones = if zones < 2 { 0 } else { zones };
        let mut names: Vec<String> = pins.to_vec();
        let mut number = 0;
        while names.len() < count {
            number += 1;
            let name = format!("node-{number}");
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let node = |(at, name): (usize, String)| Node { name, zone: (zones > 0).then(|| at % zones) };
        Self {
            nodes: names.into_iter().enumerate().map(node).collect(),
            zones: (1..=zones).map(|number| format!("zone-{number}")).collect(),
            first: (0..zones).collect(),
        }
    }

    /// One more machine, which is in no zone; its index.
    pub(super) fn add(&mut self, name: &str) -> usize {
        self.nodes.push(Node { name: name.to_owned(), zone: None });
        self.nodes.len() - 1
    }

    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn zones(&self) -> usize {
        self.zones.len()
    }

    /// Whether some zone has one node alone.
    pub(super) fn has_lonely_zone(&self) -> bool {
        let count = |zone: usize| self.nodes.iter().filter(|node| node.zone == Some(zone)).count();
        (0..self.zones.len()).any(|zone| count(zone) == 1)
    }

    /// The node of a name.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }

    /// The node where the worst happens of what is in one zone.
    pub(super) fn of_zone(&self, zone: usize) -> usize {
        self.first.get(zone % self.first.len().max(1)).copied().unwrap_or(0)
    }

    pub(super) fn into_parts(self) -> (Vec<Node>, Vec<String>) {
        (self.nodes, self.zones)
    }
}
