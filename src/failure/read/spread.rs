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
const NO_ZONE: Sentence = (
    "Of the pods of {} only those are reckoned with that find a zone: no two may share one.",
    "Of the pods of {} only those are reckoned with that find a zone: no two may share one.",
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
    /// Whether those of a lost node find no other, though there are some.
    pub(super) waits: bool,
    /// For how many pods there are places, of this version and the next together; `None` where nothing limits it.
    pub(super) places: Option<usize>,
}

impl Placed {
    fn on(nodes: Vec<usize>) -> Self {
        Self { nodes, apart: false, anywhere: false, pinned: false, waits: false, places: None }
    }
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
        return Placed { apart: true, ..Placed::on((0..nodes).collect()) };
    }
    if let Some(node) = pin(workload).and_then(|name| ground.named(name)) {
        let most = exclusive(workload).then_some(1);
        return Placed { pinned: true, places: most, ..Placed::on(vec![node; count.min(most.unwrap_or(count))]) };
    }
    if pod.key("nodeSelector").exists() {
        remarks.of(CHOSEN, &id);
    }
    let zones = ground.zones();
    let most = most_on_a_node(workload, nodes);
    let of_zones = avoided(workload).any(|term| is_zone(&term)) && zones > 1;
    let (on_nodes, in_zones) = (most.map(|most| nodes.saturating_mul(most)), of_zones.then_some(zones));
    let room = on_nodes.into_iter().chain(in_zones).min();
    let placed = count.min(room.unwrap_or(count));
    if placed < count {
        remarks.of(if in_zones == room { NO_ZONE } else { NO_ROOM }, &id);
    }
    // Pods of the next version need places of their own only where they are not counted by themselves.
    let places = if by_version(workload) { None } else { room };
    let even = even(workload, nodes.saturating_sub(1));
    let even_zones = even_over_zones(workload, zones.saturating_sub(1)).filter(|_| zones > 1);
    if count > 1 && zones < 2 && (even_over_zones(workload, 0).is_some() || avoided(workload).any(|it| is_zone(&it))) {
        remarks.of(NO_ZONES, &id);
    }
    // Of a zone whose only node is lost no other is left.
    let zoned = of_zones || even_zones == Some(Lost::Counts);
    let (lonely, mixed) = (zoned && zones == nodes, zoned && ground.has_lonely_zone() && zones < nodes);
    let apart = (most == Some(1) || even == Some(Lost::Counts) || lonely) && placed > 1;
    if most.is_some() || (even.is_some() && count > 1) {
        let on = (0..placed).map(|at| at % nodes).collect();
        return Placed { apart, places, waits: mixed, anywhere: nodes > 1 && count == 1, ..Placed::on(on) };
    }
    if zoned || (even_zones.is_some() && count > 1) {
        let on = (0..placed).map(|at| ground.of_zone(at)).collect();
        return Placed { apart, places, waits: mixed, anywhere: count == 1, ..Placed::on(on) };
    }
    if count > 1 && nodes > 1 {
        remarks.of(NOWHERE, &id);
    }
    Placed { anywhere: nodes > 1, ..Placed::on(vec![0; count]) }
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

/// The terms of what the workload's own pods may not share.
fn avoided<'a>(workload: &'a Workload<'a>) -> impl Iterator<Item = View<'a>> {
    let labels = workload.labels();
    let terms = workload.pod.0.at("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution").items();
    terms.filter(move |term| {
        let selector = term.key("labelSelector");
        selector.exists() && Selector::of(selector).selects(&labels)
    })
}

fn is_host(term: &View<'_>) -> bool {
    term.key("topologyKey").word() == Some(HOSTNAME)
}

fn is_zone(term: &View<'_>) -> bool {
    term.key("topologyKey").word().is_some_and(|key| ZONES.contains(&key))
}

/// Whether a constraint counts the pods of each version by themselves.
fn of_version(term: &View<'_>) -> bool {
    term.key("matchLabelKeys").items().any(|key| key.word() == Some("pod-template-hash"))
}

/// Whether a pod takes something of its node that is there once.
fn takes_port(workload: &Workload<'_>) -> bool {
    let host = workload.pod.0.key("hostNetwork").is_true();
    workload.pod.containers().any(|container| {
        container.view.key("ports").items().any(|port| {
            port.key("hostPort").integer().is_some_and(|it| it > 0) || host && port.key("containerPort").exists()
        })
    })
}

/// Whether no two pods share a node, whatever other nodes have.
fn exclusive(workload: &Workload<'_>) -> bool {
    takes_port(workload) || avoided(workload).any(|term| is_host(&term))
}

/// Whether what keeps pods apart lets one of the next version share a place with one of this.
fn by_version(workload: &Workload<'_>) -> bool {
    let terms = || avoided(workload).filter(|term| is_host(term) || is_zone(term)).chain(constraints(workload));
    !takes_port(workload) && terms().all(|term| of_version(&term))
}

/// How many of a workload's pods may share a node, where that is limited whatever other nodes have.
fn most_on_a_node(workload: &Workload<'_>, nodes: usize) -> Option<usize> {
    if exclusive(workload) {
        return Some(1);
    }
    let few = constraints(workload).find(|it| is_host(it) && least_domains(*it) > nodes);
    few.and_then(|it| usize::try_from(it.key("maxSkew").integer().unwrap_or(1).max(1)).ok())
}

/// With fewer places than these, none may have more than `maxSkew`.
fn least_domains(constraint: View<'_>) -> usize {
    constraint.key("minDomains").integer().and_then(|it| usize::try_from(it).ok()).unwrap_or(1)
}

/// What becomes of a place that is lost where pods are spread so evenly that none has two more than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// It counts as one without pods, so that no other may have two.
    Counts,
    /// The others are even among themselves.
    Forgotten,
}

/// Whether pods are spread evenly over nodes, of which so many are left when one is lost.
fn even(workload: &Workload<'_>, left: usize) -> Option<Lost> {
    of_all(constraints(workload).filter(is_host), left)
}

/// The same over zones.
fn even_over_zones(workload: &Workload<'_>, left: usize) -> Option<Lost> {
    of_all(constraints(workload).filter(is_zone), left)
}

fn of_all<'a>(constraints: impl Iterator<Item = View<'a>>, left: usize) -> Option<Lost> {
    let even = constraints.filter(|it| it.key("maxSkew").integer().unwrap_or(1) == 1);
    // A lost node stays in the list with a taint, and counts unless that is to be honoured.
    let counts = |it: View<'_>| it.key("nodeTaintsPolicy").word() != Some("Honor") || least_domains(it) > left;
    even.map(|it| if counts(it) { Lost::Counts } else { Lost::Forgotten })
        .reduce(|a, b| if a == Lost::Counts { a } else { b })
}
