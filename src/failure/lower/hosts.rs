//! On hosts: replicas stay where they are, and on each host stands a balancer, which asks replicas whether they live
//! and asks another what one does not answer.

use crate::topology::{Component, Redundancy, Role as Kind, Storage, Topology};

use super::super::system::{Clocks, Lapse, Member, Need, Node, Part, Role, Roll, Shape, Takeover, Update};
use super::ground::Ground;
use super::{alone, clocks, direct, unique};

pub(super) fn ground(topology: &Topology) -> Ground {
    Ground::of(topology, topology.placement.hosts.len())
}

pub(super) fn clocks(topology: &Topology, component: &Component) -> Clocks {
    let called = component.main_port().is_some();
    let proxied = topology.endpoints_at(component).any(|endpoint| endpoint.proxied);
    Clocks {
        // What is safe to ask twice is asked of another at once, and what could not be sent is sent to it.
        crash_seen: Some(Lapse::NONE),
        // One that hangs still takes connections: without a question that it must answer it is never found out.
        hang_seen: (!called || component.check.is_some()).then_some(Lapse::NONE),
        node_seen: Some(Lapse::NONE),
        // What was found away is asked until it answers; without a question it is enough that it listens. (A balancer
        // that starts itself takes all for up until it has asked once.)
        start_seen: (!called || component.check.is_some()).then_some(Lapse::NONE),
        // Nothing ends a container whose health check fails.
        start_allowed: None,
        restart: Some(restart(topology, component, proxied)),
        // Nothing ends what hangs, and nothing moves.
        revive: None,
        moved: None,
        drained: None,
        // Where it was.
        rolled: None,
        roll: Roll::OneByOne,
        update: Update::Blind,
        undrained: false,
        // Drained before it ends.
        stop: Lapse::NONE,
        takeover: match &component.storage {
            // Whoever is promoted, and by whom: this is what it lacks.
            Storage::Replicated { following, .. } => {
                Takeover { cut_loss: Some(clocks::not_copied(following.interval.0)), ..Takeover::default() }
            }
            _ if topology.balancer.vip.is_some()
                && matches!(component.redundancy, Redundancy::PrimaryReplica { .. }) =>
            {
                clocks::with_address(clocks::takeover(component))
            }
            _ => clocks::takeover(component),
        },
    }
}

fn restart(topology: &Topology, component: &Component, proxied: bool) -> Lapse {
    let process = clocks::PROCESS_AGAIN;
    if component.synchronises.is_some() || matches!(component.storage, Storage::Replicated { .. }) {
        return process.then(clocks::PART_AGAIN);
    }
    if component.role == Kind::Service {
        // Alone and found away it serves again when two checks have said so.
        let checks = component.check.as_ref().map_or(0, |check| 2 * check.interval.0);
        return process.then(Lapse::ms(0, checks));
    }
    if matches!(component.redundancy, Redundancy::PrimaryReplica { .. }) {
        return clocks::primary_again(process);
    }
    let let_go = if direct(topology, component).next().is_some() { clocks::NEIGHBOUR_GONE } else { Lapse::NONE };
    process.then(if proxied { clocks::LETS_IN } else { Lapse::NONE }).then(let_go)
}

/// Puts the balancers behind the parts, and lets those that are called through them, or call others through them, need
/// them.
pub(super) fn balance(topology: &Topology, ground: &Ground, parts: &mut Vec<Part>) {
    let through = |component: &Component| {
        component.role == Kind::Service
            && (component.main_port().is_some()
                || !component.calls.is_empty()
                || topology.proxied(component).next().is_some())
    };
    let clients = clients(topology, parts);
    let balancers = [Some(balancer(topology, ground)), clients];
    for balancer in balancers.into_iter().flatten() {
        let need = Need { part: parts.len(), honest: true };
        let mut called = topology.components.iter().zip(parts.iter_mut()).filter(|(component, _)| through(component));
        called.by_ref().for_each(|(_, part)| part.needs.push(need));
        parts.push(balancer);
    }
}

/// What Compose calls it; no component has that name.
const BALANCER: &str = "balancer";

/// The balancers of the hosts.
fn balancer(topology: &Topology, ground: &Ground) -> Part {
    let several = ground.nodes.len() > 1;
    let member = |(at, node): (usize, &Node)| Member {
        name: if several { format!("{BALANCER}-{}", node.name) } else { BALANCER.to_owned() },
        node: Some(at),
    };
    let vip = topology.balancer.vip.is_some() && several;
    let listed = !topology.balancer.clients.is_empty() && several;
    // Whoever calls one of several tries another only where a balancer of its own does that.
    let tried = listed.then_some(Lapse::NONE);
    Part {
        shape: if vip { Shape::PrimaryReplica { voters: None, followers: 0, automatic: true } } else { Shape::AnyOf },
        members: ground.nodes.iter().enumerate().map(member).collect(),
        apart: several,
        clocks: Clocks {
            crash_seen: tried,
            hang_seen: tried,
            node_seen: tried,
            restart: Some(clocks::PROCESS_AGAIN),
            stop: if listed { Lapse::NONE } else { clocks::PROCESS_AGAIN },
            takeover: if vip {
                clocks::address(topology.balancer.timing, ground.nodes.len())
            } else {
                Takeover::default()
            },
            ..Clocks::default()
        },
        ..alone(BALANCER.to_owned(), Role::Balancer)
    }
}

/// The balancers of clients' own hosts, where there are such: each is that client's alone.
fn clients(topology: &Topology, parts: &[Part]) -> Option<Part> {
    let clients = &topology.balancer.clients;
    let member = |name: &str| Member { name: unique(&format!("{BALANCER}-{name}"), parts), node: None };
    (!clients.is_empty() && topology.placement.hosts.len() > 1).then(|| Part {
        members: clients.iter().map(|client| member(client.value.as_str())).collect(),
        clocks: Clocks { restart: Some(clocks::PROCESS_AGAIN), stop: clocks::PROCESS_AGAIN, ..Clocks::default() },
        ..alone(unique("client-balancers", parts), Role::Balancer)
    })
}

/// What this platform leaves open.
pub(super) fn unknown(topology: &Topology) -> Vec<String> {
    let several = topology.placement.hosts.len() > 1;
    let mut out = Vec::new();
    if several && topology.balancer.vip.is_none() && topology.balancer.clients.is_empty() {
        out.push(
            "Which host's address clients call is up to them: those who call a lost one's must turn to another's."
                .to_owned(),
        );
    }
    if several && !topology.balancer.clients.is_empty() {
        out.push("Hosts of clients are no part of this: what becomes of one concerns that client alone.".to_owned());
    }
    out
}
