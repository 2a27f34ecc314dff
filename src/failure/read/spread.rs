//! Where pods may stand: what is required, not what is wished for or usual.

use super::ground::Ground;
use super::remarks::{Remarks, Sentence};
use crate::manifest::{Selector, View, Workload};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONES: &[&str] = &["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

const NOWHERE: Sentence = (
    "Nothing requires where the pods of {} stand: the worst is taken, that all are on one node. (A cluster that is \
     left to itself mostly spreads them, and does not do so again after a loss.)",
    "Nothing requires where the pods of {} stand: the worst is taken, that all are on one node. (A cluster that is \
     left to itself mostly spreads them, and does not do so again after a loss.)",
);
const NO_ZONES: Sentence = (
    "The pods of {} are spread over zones, of which nothing is said: `--zones` says how many there are.",
    "The pods of {} are spread over zones, of which nothing is said: `--zones` says how many there are.",
);
const NO_ROOM: Sentence = (
    "Of the pods of {} only those are reckoned with that find a node: no two may share one.",
    "Of the pods of {} only those are reckoned with that find a node: no two may share one.",
);
const CHOSEN: Sentence = (
    "Which nodes have the labels that {} asks for is not said.",
    "Which nodes have the labels that {} ask for is not said.",
);

/// Where the members of a part stand.
#[derive(Debug)]
pub(super) struct Placed {
    /// The node of each.
    pub(super) nodes: Vec<usize>,
    pub(super) apart: bool,
    /// Whether nothing says where.
    pub(super) anywhere: bool,
    /// Whether they stand on one node and no other.
    pub(super) pinned: bool,
}

/// The node that a workload's pods are bound to by its name.
pub(super) fn pin<'a>(workload: &Workload<'a>) -> Option<&'a str> {
    let pod = workload.pod.0;
    let by_affinity = || {
        let terms =
            pod.at("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution").key("nodeSelectorTerms");
        let mut terms = terms.items();
        let only = terms.next().filter(|_| terms.len() == 0)?;
        let mut expressions = only.key("matchExpressions").items().filter(|it| it.key("key").word() == Some(HOSTNAME));
        let mut values = expressions.find(|it| it.key("operator").word() == Some("In"))?.key("values").items();
        values.next().filter(|_| values.len() == 0)?.word()
    };
    pod.key("nodeName").word().or_else(|| pod.key("nodeSelector").key(HOSTNAME).word()).or_else(by_affinity)
}

/// Where so many pods of a workload stand.
pub(super) fn place(workload: &Workload<'_>, count: usize, ground: &Ground, remarks: &mut Remarks) -> Placed {
    let id = workload.object.id();
    let pod = workload.pod.0;
    let nodes = ground.count().max(1);
    if workload.kind() == "DaemonSet" {
        if pod.key("nodeSelector").exists() {
            remarks.of(CHOSEN, &id);
        }
        return Placed { nodes: (0..nodes).collect(), apart: true, anywhere: false, pinned: false };
    }
    if let Some(node) = pin(workload).and_then(|name| ground.named(name)) {
        return Placed { nodes: vec![node; count], apart: false, anywhere: false, pinned: true };
    }
    if pod.key("nodeSelector").exists() {
        remarks.of(CHOSEN, &id);
    }
    let most = most_on_a_node(workload, nodes);
    if let Some(most) = most {
        let room = nodes.saturating_mul(most);
        if room < count {
            remarks.of(NO_ROOM, &id);
        }
        let placed: Vec<usize> = (0..count.min(room)).map(|at| at % nodes).collect();
        let apart = most == 1 && placed.len() > 1;
        return Placed { nodes: placed, apart, anywhere: nodes > 1 && count == 1, pinned: false };
    }
    if over_nodes(workload) && count > 1 {
        // So evenly that no node has two more than another.
        let apart = count <= nodes;
        return Placed { nodes: (0..count).map(|at| at % nodes).collect(), apart, anywhere: false, pinned: false };
    }
    if over_zones(workload) && count > 1 {
        if ground.zones() > 1 {
            let nodes = (0..count).map(|at| ground.of_zone(at)).collect();
            return Placed { nodes, apart: false, anywhere: false, pinned: false };
        }
        remarks.of(NO_ZONES, &id);
    }
    if count > 1 && nodes > 1 {
        remarks.of(NOWHERE, &id);
    }
    Placed { nodes: vec![0; count], apart: false, anywhere: nodes > 1, pinned: false }
}

/// Constraints without which pods wait, that mean the workload's own pods.
fn constraints<'a>(workload: &'a Workload<'a>) -> impl Iterator<Item = View<'a>> {
    let labels = workload.labels();
    workload.pod.0.key("topologySpreadConstraints").items().filter(move |it| {
        let selector = it.key("labelSelector");
        it.key("whenUnsatisfiable").word() != Some("ScheduleAnyway")
            && selector.exists()
            && Selector::of(selector).selects(&labels)
    })
}

/// The keys of what the workload's own pods may not share.
fn avoided<'a>(workload: &'a Workload<'a>) -> impl Iterator<Item = &'a str> {
    let labels = workload.labels();
    let terms = workload.pod.0.at("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution").items();
    let own = terms.filter(move |term| {
        let selector = term.key("labelSelector");
        selector.exists() && Selector::of(selector).selects(&labels)
    });
    own.filter_map(|term| term.key("topologyKey").word())
}

/// How many of a workload's pods may share a node, where that is limited whatever other nodes have.
fn most_on_a_node(workload: &Workload<'_>, nodes: usize) -> Option<usize> {
    let host = workload.pod.0.key("hostNetwork").is_true();
    let takes_port = workload.pod.containers().any(|container| {
        container.view.key("ports").items().any(|port| {
            port.key("hostPort").integer().is_some_and(|it| it > 0) || host && port.key("containerPort").exists()
        })
    });
    if takes_port || avoided(workload).any(|key| key == HOSTNAME) {
        return Some(1);
    }
    let few = constraints(workload).find(|it| {
        let least = it.key("minDomains").integer().and_then(|it| usize::try_from(it).ok()).unwrap_or(1);
        it.key("topologyKey").word() == Some(HOSTNAME) && least > nodes
    });
    few.and_then(|it| usize::try_from(it.key("maxSkew").integer().unwrap_or(1).max(1)).ok())
}

fn over_nodes(workload: &Workload<'_>) -> bool {
    constraints(workload)
        .any(|it| it.key("topologyKey").word() == Some(HOSTNAME) && it.key("maxSkew").integer().unwrap_or(1) == 1)
}

fn over_zones(workload: &Workload<'_>) -> bool {
    let is = |key: &str| ZONES.contains(&key);
    avoided(workload).any(is)
        || constraints(workload)
            .any(|it| it.key("topologyKey").word().is_some_and(is) && it.key("maxSkew").integer().unwrap_or(1) == 1)
}
