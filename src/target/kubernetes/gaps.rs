//! What Kubernetes' objects cannot say of a topology.

use crate::diagnostic::Span;
use crate::target::Gap;
use crate::topology::{Component, KubeVersion, Timing, Topology};

use super::proxy;

pub(super) fn gaps(topology: &Topology) -> Vec<Gap> {
    let mut out = Vec::new();
    if let Some(vip) = &topology.balancer.vip {
        let instead = "Services: clients call the published port of any node, or a load balancer of the platform";
        out.push(Gap::new(format!("the moving address {}", vip.address), instead, vip.span));
    }
    if let Some(host) = topology.placement.hosts.first() {
        let instead = "the scheduler places replicas, apart by `placement.nodes` and `placement.zones`";
        out.push(Gap::new("the addresses of hosts", instead, host.span));
    }
    if topology.balancer.timing == Timing::Fast {
        let instead = "the probes of each service, which ask every second at most";
        out.push(Gap::new("`balancer.timing: fast` between clients and services", instead, Span::DEFAULT));
    }
    if let Some(client) = topology.balancer.clients.first() {
        let instead = "Services: clients call the published port of any node";
        out.push(Gap::new("the balancers of hosts of clients", instead, client.span));
    }
    for component in topology.services() {
        out.extend(of(topology, component));
    }
    out
}

fn of(topology: &Topology, component: &Component) -> Vec<Gap> {
    let mut out = Vec::new();
    let (name, span) = (&component.name, component.span);
    let fronted = proxy::front_port(topology, component).is_some();
    // The proxy in front of it asks it.
    if let Some(check) = component.check.as_ref().filter(|_| !fronted) {
        let instead = if component.probes.readiness.is_some() {
            "its readiness probe, asked by each node's kubelet"
        } else {
            "nothing: it has no readiness probe"
        };
        out.push(Gap::new(format!("the check of `{name}` by those who call it ({})", check.path), instead, span));
    }
    if component.max_connections.is_some() && !fronted {
        let instead = "nothing: no proxy stands in front of it";
        out.push(Gap::new(format!("the limit of requests at a time to `{name}`"), instead, span));
    }
    let drains = component.shutdown.as_ref().is_some_and(|shutdown| shutdown.drain.is_some());
    if drains && topology.kubernetes.version < KubeVersion::PRE_STOP_SLEEP {
        let instead = "nothing before Kubernetes 1.30: some requests fail when a replica is replaced";
        out.push(Gap::new(format!("the drain of `{name}` before it ends"), instead, span));
    }
    out
}
