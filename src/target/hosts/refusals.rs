//! What no target can place on the hosts that a profile names.

use crate::diagnostic::Diagnostic;
use crate::topology::{Component, Placement, Storage, Topology};

/// Hosts, nodes, zones and the address that moves fit one another.
pub(in crate::target) fn hosts(topology: &Topology) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let (nodes, hosts) = (topology.placement.nodes, topology.placement.hosts.len());
    if nodes.value as usize != hosts.max(1) {
        let count = |number: usize, what: &str| match number {
            0 => format!("no {what}s"),
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        };
        let message = format!(
            "the profile `{}` has {} and names {}",
            topology.profile,
            count(nodes.value as usize, "node"),
            count(hosts, "host")
        );
        let mend = if nodes.value == 1 {
            "for one host remove the others (`--set placement.hosts=null --set balancer.vip=null`), for all of them set `placement.nodes` to their number"
        } else {
            "name each host: `placement: { hosts: { node-1: { address: 192.0.2.11 }, ... } }`"
        };
        problems.push(Diagnostic::error("hosts-differ", message).at(nodes.span).help(mend));
    }
    problems.extend(zones(topology));
    if hosts < 2
        && let Some(vip) = &topology.balancer.vip
    {
        problems.push(
            Diagnostic::error("vip-without-hosts", format!("{} has no hosts to move between", vip.address))
                .at(vip.span)
                .help("name two or more under `placement.hosts`, or remove it: `--set balancer.vip=null`"),
        );
    }
    problems
}

/// The zones that hosts name are as many as there are said to be: what is spread over them counts on that.
pub(in crate::target) fn zones(topology: &Topology) -> Option<Diagnostic> {
    let (named, zones) = (Placement::zones_of(&topology.placement.hosts), topology.placement.zones);
    let first = topology.placement.hosts.iter().find(|host| host.zone.is_some())?;
    (named != zones as usize).then(|| {
        Diagnostic::error("zones-differ", format!("the hosts name {named} zones, and `placement.zones` is {zones}"))
            .at(first.span)
            .help(format!("set `placement.zones` to {named}, or change the `zone` of hosts"))
    })
}

/// Replicated storage, which `why` this target does not have.
pub(in crate::target) fn replicated(topology: &Topology, why: &str, mend: &str) -> Vec<Diagnostic> {
    let problem = |component: &Component| {
        let Storage::Replicated { following, .. } = &component.storage else { return None };
        let message = format!("`{}` has replicated storage, and {why}", component.name);
        Some(Diagnostic::error("unsupported-storage", message).at(following.span).help(mend))
    };
    topology.components.iter().filter_map(problem).collect()
}

/// That a component's storage cannot be had here.
pub(in crate::target) fn bad_storage(component: &Component, what: &str) -> Diagnostic {
    Diagnostic::error("unsupported-storage", format!("`{}` has {what}", component.name))
        .at(component.span)
        .help("use `kind: shared` with `nfs: { server: HOST, path: /export }`, which every replica mounts")
}

/// Members of a cluster on one and the same host.
pub(in crate::target) fn members(topology: &Topology) -> Vec<Diagnostic> {
    let alone = topology.placement.hosts.len() < 2;
    let problem = |component: &Component| {
        Diagnostic::error(
            "members-on-one-host",
            format!("`{}` has members that watch one another, all of them on this one host", component.name),
        )
        .at(component.span)
        .help("let one stand alone (`mode: standalone`, `size: 1`): on one host it survives as much")
    };
    topology.components.iter().filter(|component| component.members && alone).map(problem).collect()
}
