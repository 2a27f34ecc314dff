//! Where things run: how many machines and zones, or which.

use std::net::Ipv4Addr;

use crate::diagnostic::{Diagnostic, Located};
use crate::grammar;
use crate::reader::Reader;
use crate::topology::{Capacity, Host, Placement, Spread};
use crate::yaml::Node;

/// Largest number of machines: beyond it somebody typed too many digits.
const MOST_NODES: u32 = 5_000;

pub(super) const SPREADS: &[(&str, Spread)] = &[("required", Spread::Required), ("preferred", Spread::Preferred)];

pub(super) fn read(reader: &mut Reader, node: &mut Node) -> Option<(Placement, Spread)> {
    let mut fields = reader.fields(node, "`placement`")?;
    let written = fields.has("hosts");
    let hosts = fields.optional("hosts", hosts);
    let complete = hosts.is_some() || !written;
    let hosts = hosts.unwrap_or_default();
    // As many as there are hosts, or at least one for each zone.
    let zones_written = fields.plain("zones").and_then(|zones| zones.parse().ok()).unwrap_or(1);
    let least = if hosts.is_empty() { zones_written.min(MOST_NODES as usize).max(1) } else { hosts.len() };
    let nodes = fields.or("nodes", &least.to_string(), |r, n| r.integer(n, 1..=MOST_NODES));
    let zones = fields.or("zones", &Placement::zones_of(&hosts).max(1).to_string(), |r, n| r.integer(n, 1..=100));
    let spread = fields.or("spread", "preferred", |r, n| r.choice(n, SPREADS));
    let has_capacity = fields.has("capacity");
    let capacity = fields.optional("capacity", capacity);
    if let (Some(nodes), Some(zones)) = (nodes, zones)
        && zones.value > nodes.value
    {
        let message = format!("{} zones cannot hold {} nodes: every zone needs one", zones.value, nodes.value);
        fields.reader().error(
            Diagnostic::error("more-zones-than-nodes", message).at(zones.span).with(nodes.span, "nodes").help(format!(
                "set `placement.nodes` to {} or more, or `placement.zones` to {} or less",
                zones.value, nodes.value
            )),
        );
    }
    fields.finish();
    let complete = complete && capacity.is_some() == has_capacity;
    let placement = Placement { nodes: nodes?, zones: zones?.value, hosts, capacity };
    complete.then_some((placement, spread?))
}

/// `{ cpu: 4, memory: 8Gi }`, of each node.
fn capacity(reader: &mut Reader, node: &mut Node) -> Option<Located<Capacity>> {
    let span = node.span;
    let mut fields = reader.fields(node, "`capacity`")?;
    let written = ["cpu", "memory"].map(|key| fields.has(key));
    let cpu = fields.optional("cpu", |r, n| r.word(n, "an amount of processor", grammar::cpu));
    let memory = fields.optional("memory", |r, n| r.word(n, "an amount of memory", grammar::bytes));
    fields.finish();
    if [cpu.is_some(), memory.is_some()] != written {
        return None;
    }
    let value = Capacity { cpu: cpu.map(|it| it.value), memory: memory.map(|it| it.value) };
    Some(Located { value, span })
}

/// `node-1: { address: 192.0.2.11, zone: a }`.
fn hosts(reader: &mut Reader, node: &mut Node) -> Option<Vec<Host>> {
    let written = node.keys().count();
    let read = reader.entries(node, "`hosts`", grammar::name, |reader, name, node| {
        let span = name.span;
        let mut fields = reader.fields(node, "a host")?;
        let address = fields.required("address", |r, n| r.word(n, "an IPv4 address", address));
        let zone = fields.optional("zone", |r, n| r.word(n, "a zone", grammar::name));
        let interface = fields.or("interface", "eth0", |r, n| r.word(n, "an interface", grammar::interface));
        fields.finish();
        Some((address?, zone.map(|zone| zone.value), interface?.value, span))
    })?;
    let hosts: Vec<Host> = read
        .into_iter()
        .map(|(name, (address, zone, interface, span))| Host { name: name.value, address, zone, interface, span })
        .collect();
    for (at, host) in hosts.iter().enumerate() {
        if let Some(first) = hosts[..at].iter().find(|other| other.address.value == host.address.value) {
            reader.error(
                Diagnostic::error(
                    "duplicate-address",
                    format!("`{}` and `{}` have the same address {}", first.name, host.name, host.address.value),
                )
                .at(host.address.span)
                .with(first.address.span, "first here")
                .help("give each host its own address"),
            );
        }
    }
    (hosts.len() == written).then_some(hosts)
}

/// An address that other machines can reach.
fn address(text: &str) -> Result<Ipv4Addr, grammar::Refusal> {
    let refusal = grammar::Refusal {
        why: "is not the IPv4 address of a host",
        mend: "write the address where the other hosts reach it, such as `192.0.2.11`; a name would need a DNS that never fails",
    };
    let address: Ipv4Addr = text.parse().map_err(|_| refusal.clone())?;
    let unusable = address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_link_local();
    if unusable { Err(refusal) } else { Ok(address) }
}
