//! On Kubernetes: pods that are replaced, and move when they have no disk; nobody balances in front of them but the
//! cluster's own proxies, which ask nothing twice.

use crate::topology::{Component, Exposure, KubeVersion, Redundancy, Role, Topology};

use super::super::system::{Clocks, Lapse, Roll, Update};
use super::clocks;
use super::ground::Ground;

pub(super) fn ground(topology: &Topology) -> Ground {
    Ground::of(topology, usize::try_from(topology.placement.nodes.value).unwrap_or(1))
}

pub(super) fn clocks(topology: &Topology, component: &Component) -> Clocks {
    let called = component.main_port().is_some();
    // Nobody is sent to a worker, so nobody meets one that is away.
    let unless_called = |lapse: Option<Lapse>| if called { lapse } else { Some(Lapse::NONE) };
    let readiness = component.probes.readiness.as_ref().map(|probe| clocks::failing(probe).then(clocks::ENDPOINTS));
    let stays = component.has_identity();
    let proxied = topology.endpoints_at(component).any(|endpoint| endpoint.proxied);
    let let_in = if proxied { clocks::LETS_IN } else { Lapse::NONE };
    let let_go = |silent| let_in.then(clocks::clients_let_go(super::direct(topology, component), silent));
    let (used, used_after_silence) = (let_go(false), let_go(true));
    let primary = matches!(component.redundancy, Redundancy::PrimaryReplica { .. });
    let restart = clocks::again(component);
    let stop = if drains(topology, component) || !called { Lapse::NONE } else { clocks::NOT_DRAINED };
    Clocks {
        crash_seen: unless_called(Some(clocks::ENDPOINTS)),
        hang_seen: unless_called(readiness),
        node_seen: unless_called(Some(clocks::NODE_LOST.then(clocks::ENDPOINTS))),
        // A pod is ready when its startup probe and its readiness probe say so, and at once where it has neither.
        start_seen: unless_called(
            (component.probes.startup.is_some() || component.probes.readiness.is_some()).then_some(Lapse::NONE),
        ),
        start_allowed: clocks::allowed(component),
        restart: Some(if primary { clocks::primary_again(restart) } else { restart.then(used) }),
        revive: clocks::revived(component).map(|lapse| lapse.then(used)),
        moved: (!stays).then(|| clocks::moved(component).then(used_after_silence)),
        drained: (!stays).then(|| clocks::made_anew(component).then(used)),
        // The next version of a service is ready before the one before it goes.
        rolled: Some(if component.role == Role::Service && !stays {
            stop
        } else {
            clocks::made_anew(component).then(used)
        }),
        roll: Roll::OneByOne,
        update: match component.has_identity() {
            // `Parallel`: it takes the last one first, whoever else is away, and waits where it comes to that one.
            true if component.members => Update::Parallel,
            true => Update::Counted,
            // Spread is counted for each version by itself.
            false => Update::Surge { beside: true },
        },
        undrained: false,
        stop,
        takeover: clocks::takeover(component),
    }
}

/// Whether a pod that is to end waits until nobody calls it any more.
fn drains(topology: &Topology, component: &Component) -> bool {
    let drain = component.shutdown.as_ref().and_then(|shutdown| shutdown.drain);
    drain.is_some() && topology.kubernetes.version >= KubeVersion::PRE_STOP_SLEEP
}

/// What this platform leaves open.
pub(super) fn unknown(topology: &Topology) -> Vec<String> {
    let mut out = Vec::new();
    if topology.services().any(|it| it.exposure == Exposure::NodePort) {
        out.push(
            "Which node's address clients call is up to them: those who call a lost one's must turn to another's."
                .to_owned(),
        );
    }
    if topology.components.iter().any(Component::has_identity) {
        out.push(
            "Whether a disk follows its pod to another node is up to the storage class: it is reckoned that none does."
                .to_owned(),
        );
    }
    out
}
