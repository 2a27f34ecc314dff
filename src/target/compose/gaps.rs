//! What Compose cannot say of a topology.

use crate::diagnostic::Span;
use crate::target::Gap;
use crate::topology::{Component, Exposure, ProbeAction, Storage, Topology, VolumeSource};

pub(super) fn gaps(topology: &Topology) -> Vec<Gap> {
    let several = topology.placement.hosts.len() > 1;
    let mut out = Vec::new();
    if topology.kubernetes.budgets {
        let instead = "nobody drains hosts: `roll.sh` takes one replica at a time";
        out.push(Gap::new("disruption budgets", instead, Span::DEFAULT));
    }
    if topology.kubernetes.network_policies {
        let instead = if several {
            "the hosts' own firewalls, for which RUNBOOK.md lists the ports"
        } else {
            "inner networks: only what needs them is on those of the services and of the datastores"
        };
        out.push(Gap::new("network policies", instead, Span::DEFAULT));
    }
    if let Some(client) = topology.balancer.clients.first() {
        let instead = "`generate haproxy` of the same profile, whose directory `clients` fits these hosts too";
        out.push(Gap::new("the balancers of hosts of clients", instead, client.span));
    }
    for component in &topology.components {
        out.extend(of(component, several));
    }
    out
}

fn of(component: &Component, several: bool) -> Vec<Gap> {
    let mut out = Vec::new();
    let (name, span) = (&component.name, component.span);
    let called = component.main_port().is_some();
    if component.probes.liveness.is_some() {
        let instead = "the balancer leaves what hangs until it answers again; Docker restarts what ends";
        out.push(Gap::new(format!("the restart of a hung replica of `{name}`"), instead, span));
    }
    if let Some(readiness) = &component.probes.readiness
        && !matches!(readiness.action, ProbeAction::Exec(_))
    {
        let instead = match (&component.check, called) {
            (Some(_), _) => "the balancer's own check",
            (None, true) => "the balancer's connection to it",
            (None, false) => "nothing",
        };
        out.push(Gap::new(format!("the readiness probe of `{name}`"), instead, span));
    }
    if component.exposure == Exposure::LoadBalancer {
        let instead = "the balancer publishes it at each host's address";
        out.push(Gap::new(format!("the platform's load balancer for `{name}`"), instead, span));
    }
    if several && component.replicas() == 1 {
        let instead = "it is on one host, and comes back with it";
        out.push(Gap::new(format!("the move of `{name}` to another node when its own is lost"), instead, span));
    }
    if let Storage::Shared { source: VolumeSource::Class(_) | VolumeSource::Claim(_), .. } = component.storage {
        out.push(Gap::new(format!("the volume of `{name}`"), "a local volume of this one host", span));
    }
    out
}
