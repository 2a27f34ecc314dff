//! Workloads of Kubernetes, with the Services, budgets and autoscalers that are for them.

use std::collections::HashMap;

use super::Assumed;
use super::ground::Ground;
use super::link::Names;
use super::pods::{self, Pods};
use super::remarks::{Remarks, Sentence};
use super::spread;
use super::store;
use super::texts;
use super::unit::{Unit, What};
use super::volumes;
use crate::failure::words::Form;
use crate::failure::{Clocks, Keeps, Member, Roll};
use crate::lint::{Cluster, Facts, stores};
use crate::manifest::{Container, Object, Selector, Workload};

const NONE_ASKED: Sentence = ("{} asks for no pods: nothing of it runs.", "{} ask for no pods: nothing of them runs.");
const SCALED: Sentence = (
    "{} has as many pods as its autoscaler wants: the fewest that it allows are reckoned with.",
    "{} have as many pods as their autoscalers want: the fewest that these allow are reckoned with.",
);
const MANY: Sentence = (
    "Of the pods of {} the first 100 are reckoned with.",
    "Of the pods of {} the first 100 of each are reckoned with.",
);
const TWICE: Sentence =
    ("{} is there more than once: the first is read.", "{} are there more than once: the first of each is read.");
const EMPTY: Sentence = ("{} names no container: nothing of it runs.", "{} name no container: nothing of them runs.");
const OLD: Sentence = (
    "{} is of an API that no server has any more, and is not read.",
    "{} are of APIs that no server has any more, and are not read.",
);
const CUSTOM: Sentence = (
    "What an operator makes of {} is not known here: pods that it would run are left out.",
    "What operators make of {} is not known here: pods that they would run are left out.",
);
const ENDS: Sentence = (
    "{} runs to an end, and is left out: what becomes of its work when a pod or a node is lost is not said here.",
    "{} run to an end, and are left out: what becomes of their work when a pod or a node is lost is not said here.",
);
const UNWATCHED: Sentence = (
    "Nobody calls the pods of {} and nothing asks them: one that hangs does its work no more, and nothing here says \
     what that costs.",
    "Nobody calls the pods of {} and nothing asks them: those that hang do their work no more, and nothing here says \
     what that costs.",
);
const UNCOUNTED: Sentence = (
    "The `replicas` of {} are no number that a cluster takes: one is reckoned with.",
    "The `replicas` of {} are no numbers that a cluster takes: one of each is reckoned with.",
);
const UNCALLED: Sentence = (
    "No Service selects the pods of {}: who calls them, and how soon they turn to others, is not said.",
    "No Service selects the pods of {}: who calls them, and how soon they turn to others, is not said.",
);
const REMEMBERED: Sentence = (
    "The pods of {} are found by their own addresses: how long clients remember one that is gone is up to them.",
    "The pods of {} are found by their own addresses: how long clients remember one that is gone is up to them.",
);
const BESIDE: Sentence = (
    "A store stands in the pods of {} beside the program: what it keeps, and for whom, is not said.",
    "A store stands in the pods of {} beside the program: what it keeps, and for whom, is not said.",
);
const ENTRY: Sentence = (
    "Which node's address clients call is up to them, or to a balancer that is no part of these manifests: those who \
     call a lost one's must turn to another's. ({})",
    "Which node's address clients call is up to them, or to a balancer that is no part of these manifests: those who \
     call a lost one's must turn to another's. ({})",
);

const UNASKED: Sentence = (
    "Nothing asks whether {} answers before an update ends the pods before it, and how long its start takes is not \
     said: all are reckoned with as away at the same time, for as long as a pod takes to run.",
    "Nothing asks whether {} answer before an update ends the pods before them, and how long their starts take is not \
     said: all are reckoned with as away at the same time, for as long as a pod takes to run.",
);
const ATTACHED: Sentence = (
    "Whether the next pod of {} comes to the node that has its claim is not said: it is reckoned that it does not, and \
     waits.",
    "Whether the next pods of {} come to the nodes that have their claims is not said: it is reckoned that they do \
     not, and wait.",
);
const WRITTEN_TWICE: Sentence = (
    "Whether the next pod of {} comes to the node that has its disk is not said: there two processes write to one \
     directory, and elsewhere it waits.",
    "Whether the next pods of {} come to the nodes that have their disks is not said: there two processes write to one \
     directory, and elsewhere they wait.",
);

/// More members of one part tell nothing more.
const MOST: i64 = 100;

/// What Services say of a workload.
#[derive(Debug, Clone, Copy, Default)]
struct Served {
    ready: bool,
    unready: bool,
    /// One with an address of its own.
    proxied: bool,
}

/// Kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str);

fn key<'a>(object: &'a Object) -> Key<'a> {
    (&object.kind, &object.namespace, &object.name)
}

/// Adds what runs of some objects.
pub(super) fn read(
    objects: Vec<&Object>,
    assumed: Assumed,
    ground: &mut Ground,
    units: &mut Vec<Unit>,
    names: &mut Names,
    remarks: &mut Remarks,
) {
    let cluster = Cluster::of(objects, Facts::default(), Vec::new());
    let ends = cluster.workloads.iter().filter(|workload| !workload.runs_on());
    ends.for_each(|workload| remarks.of(ENDS, &workload.object.id()));
    let running: Vec<&Workload<'_>> = cluster.workloads.iter().filter(|workload| workload.runs_on()).collect();
    if running.is_empty() {
        return;
    }
    let mut pins: Vec<String> = running.iter().filter_map(|it| spread::pin(it)).map(str::to_owned).collect();
    pins.sort_unstable();
    pins.dedup();
    *ground = Ground::cluster(&pins, assumed, remarks);
    let served = served(&cluster, remarks);
    let mut at: HashMap<Key<'_>, usize> = HashMap::new();
    for workload in running {
        let object = workload.object;
        if at.contains_key(&key(object)) {
            remarks.of(TWICE, &object.id());
            continue;
        }
        let first = units.len();
        let by = served.get(&key(object)).copied();
        of_workload(&cluster, workload, by, ground, units, remarks);
        if units.len() > first {
            at.insert(key(object), first);
        }
    }
    for service in cluster.of_kind("Service") {
        let (home, name) = (service.namespace.as_str(), service.name.as_str());
        let spec = service.view().key("spec");
        if let Some(there) = spec.key("externalName").word() {
            names.add_elsewhere(home, name, there.to_owned());
        }
        let selector = Selector::plain(spec.key("selector"));
        if selector.is_empty() {
            if !spec.key("externalName").exists() {
                names.add_elsewhere(home, name, "addresses that somebody else gives it".to_owned());
            }
            continue;
        }
        for workload in cluster.selected(home, &selector) {
            if let Some(unit) = at.get(&key(workload.object)) {
                names.add(home, name, *unit);
            }
        }
    }
    // Pods that have names of their own are mostly called by these.
    for (index, unit) in units.iter().enumerate().filter(|(_, unit)| unit.form == Form::Set) {
        unit.members.iter().for_each(|member| names.add(&unit.home, &member.name, index));
    }
    left_out(&cluster, remarks);
}

/// What Services say of each workload that they select.
fn served<'a>(cluster: &Cluster<'a>, remarks: &mut Remarks) -> HashMap<Key<'a>, Served> {
    let mut served: HashMap<Key<'a>, Served> = HashMap::new();
    for service in cluster.selecting("Service") {
        let spec = service.view().key("spec");
        let selector = Selector::plain(spec.key("selector"));
        if selector.is_empty() {
            continue;
        }
        let unready = spec.key("publishNotReadyAddresses").is_true();
        let headless = spec.key("clusterIP").word() == Some("None");
        if spec.key("type").word() == Some("NodePort") {
            remarks.of(ENTRY, &service.id());
        }
        for workload in cluster.selected(&service.namespace, &selector) {
            let it = served.entry(key(workload.object)).or_default();
            it.unready |= unready;
            it.ready |= !unready;
            it.proxied |= !headless;
        }
    }
    served
}

/// Objects that may run something, of which nothing is read.
fn left_out(cluster: &Cluster<'_>, remarks: &mut Remarks) {
    const RUN: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
    for object in &cluster.objects {
        let group = object.group();
        if RUN.contains(&object.kind.as_str()) && group == "extensions" {
            remarks.of(OLD, &object.id());
        } else if group.contains('.') && !group.ends_with("k8s.io") {
            remarks.of(CUSTOM, &object.id());
        }
    }
}

fn of_workload(
    cluster: &Cluster<'_>,
    workload: &Workload<'_>,
    served: Option<Served>,
    ground: &Ground,
    units: &mut Vec<Unit>,
    remarks: &mut Remarks,
) {
    let id = workload.object.id();
    let least = cluster.least(workload);
    if cluster.autoscaler(workload).is_some() {
        remarks.of(SCALED, &id);
    }
    if least < 1 {
        return remarks.of(NONE_ASKED, &id);
    }
    if least > MOST {
        remarks.of(MANY, &id);
    }
    let found = containers(workload);
    let Some((first, _)) = found.first() else { return remarks.of(EMPTY, &id) };
    if matches!(found[0].1, What::Service) && workload.pod.containers().any(|it| stores::of_image(it.image()).is_some())
    {
        remarks.of(BESIDE, &id);
    }
    let ports = workload.pod.containers().any(|container| container.view.key("ports").items().len() > 0);
    if served.is_none() && !ports && !is_asked(*first) {
        remarks.of(UNWATCHED, &id);
    }
    let said = workload.spec.key("replicas");
    if workload.scales() && said.exists() && said.integer().is_none() {
        remarks.of(UNCOUNTED, &id);
    }
    if served.is_none() && ports {
        remarks.of(UNCALLED, &id);
    }
    if served.is_some_and(|it| !it.proxied) && matches!(found[0].1, What::Service) {
        remarks.of(REMEMBERED, &id);
    }
    let count = usize::try_from(least.min(MOST)).unwrap_or(1);
    let placed = spread::place(workload, count, ground, remarks);
    let unready = served.is_some_and(|it| it.unready && !it.ready);
    let ended = pods::revived(workload, *first, unready);
    let set = workload.kind() == "StatefulSet";
    let from = workload.spec.at("ordinals.start").integer().filter(|_| set).unwrap_or(i64::from(!set));
    for (container, what) in &found {
        let settings = texts::settings(cluster, workload, *container);
        let is_store = !matches!(what, What::Service);
        let one_node = placed.nodes.iter().all(|node| *node == placed.nodes[0]);
        let volume = match what {
            What::Sentinel => None,
            _ => match volumes::kept(cluster, workload, *container, remarks) {
                // A directory of a node is one for all pods there.
                Some(Keeps::Disk) if !set && one_node => Some(Keeps::Common),
                None if is_store && volumes::in_pod(workload, *container, remarks) => Some(Keeps::Pod),
                found => found,
            },
        };
        let keeps = store::keeps(*what, volume, settings);
        let several_nodes = ground.count() > 1 && !placed.pinned;
        let beside = matches!(what.store(), Some(store) if !store::is_cache(store) && !store::locks(store))
            && matches!(volume, Some(Keeps::Common | Keeps::Disk | Keeps::Shared));
        let claimed = workload.pod.0.key("volumes").items().any(|it| it.key("persistentVolumeClaim").exists());
        let waits_for_disk = volume == Some(Keeps::Common) && claimed && (is_store || several_nodes);
        let kept = Pods {
            replicas: least,
            called: served.is_some() || ports,
            unready,
            // What watches others begins anew without its disk, and keeps its place with it.
            stays: keeps.on_node() || placed.pinned || has_claims(workload),
            store: is_store,
            places: placed.places.and_then(|places| i64::try_from(places).ok()),
            waits_for_disk,
            writes_beside: beside,
        };
        let name = match what {
            What::Sentinel if found.len() > 1 => format!("{}-sentinel", workload.object.name),
            _ => workload.object.name.clone(),
        };
        let alone = placed.nodes.len() == 1 && !set;
        let member = |(number, node): (i64, &usize)| Member {
            name: if alone { name.clone() } else { format!("{name}-{number}") },
            node: Some(*node),
        };
        units.push(Unit {
            id: id.clone(),
            home: workload.object.namespace.clone(),
            net: workload.object.namespace.clone(),
            in_host: false,
            host: None,
            moving: None,
            form: form(workload.kind()),
            what: *what,
            image: container.image().to_owned(),
            members: (from..).zip(&placed.nodes).map(member).collect(),
            keeps,
            volume: volume.is_some_and(|it| it != Keeps::Pod),
            apart: placed.apart,
            anywhere: placed.anywhere,
            proxied: served.is_some_and(|it| it.proxied),
            pinned: placed.pinned,
            port: false,
            // One more than those without a place.
            step: placed.places.map_or(1, |places| step(least, places)),
            budget: budget(cluster, workload, least),
            clocks: clocks(workload, *container, kept, &placed, remarks),
            ended,
            said: texts::said(cluster, workload, remarks),
            settings,
            name,
        });
    }
}

/// What its clocks are, with what they leave open.
fn clocks(
    workload: &Workload<'_>,
    container: Container<'_>,
    pods: Pods,
    placed: &spread::Placed,
    remarks: &mut Remarks,
) -> Clocks {
    let clocks = pods::clocks(workload, container, pods);
    let id = workload.object.id();
    match clocks.roll {
        Roll::Unasked => remarks.of(UNASKED, &id),
        Roll::Stuck if pods.waits_for_disk => remarks.of(ATTACHED, &id),
        Roll::Beside => remarks.of(WRITTEN_TWICE, &id),
        _ => {}
    }
    Clocks {
        moved: clocks.moved.filter(|_| !placed.waits),
        drained: clocks.drained.filter(|_| !placed.waits),
        ..clocks
    }
}

/// Whether the kubelet ends a container that does not answer.
fn is_asked(container: Container<'_>) -> bool {
    container.probe("liveness").is_some_and(|probe| !probe.0.key("tcpSocket").exists())
}

fn has_claims(workload: &Workload<'_>) -> bool {
    workload.spec.key("volumeClaimTemplates").items().len() > 0
}

fn form(kind: &str) -> Form {
    match kind {
        "StatefulSet" => Form::Set,
        "DaemonSet" => Form::Daemons,
        "Pod" => Form::Pod,
        _ => Form::Pods,
    }
}

/// What each container of a pod is that counts: a store or what watches it, where its pod is there for that, and
/// otherwise the first.
fn containers<'a>(workload: &Workload<'a>) -> Vec<(Container<'a>, What)> {
    let all: Vec<(Container<'a>, What)> =
        workload.pod.containers().filter(|it| !it.init).map(|it| (it, store::of_container(it))).collect();
    let helps = |(container, what): &(Container<'a>, What)| {
        let words = ["exporter", "metrics", "sidecar", "agent", "backup", "reloader"];
        !matches!(what, What::Service) || words.iter().any(|word| container.image().contains(word))
    };
    let of_store = all.first().is_some_and(|(_, what)| !matches!(what, What::Service)) || all.iter().all(helps);
    let stores: Vec<(Container<'a>, What)> =
        all.iter().filter(|(_, what)| !matches!(what, What::Service)).copied().collect();
    if of_store && !stores.is_empty() {
        let first = |wanted: fn(&What) -> bool| stores.iter().find(|(_, what)| wanted(what)).copied();
        let store = first(|what| matches!(what, What::Store(_)));
        return store.into_iter().chain(first(|what| matches!(what, What::Sentinel))).collect();
    }
    all.first().map(|(container, _)| (*container, What::Service)).into_iter().collect()
}

/// How many of so many pods must be allowed to be away before the next finds one of so many places.
fn step(replicas: i64, places: usize) -> u32 {
    let without = replicas.saturating_sub(i64::try_from(places).unwrap_or(i64::MAX)).max(0);
    u32::try_from(without).unwrap_or(u32::MAX).saturating_add(1)
}

/// How many pods a drain may take at a time: where several budgets mean the same pods, the server lets none go.
fn budget(cluster: &Cluster<'_>, workload: &Workload<'_>, replicas: i64) -> Option<u32> {
    let mut budgets = cluster.budgets_of(workload);
    let first = budgets.next()?;
    if budgets.next().is_some() {
        return Some(0);
    }
    first.allowed(replicas).map(|allowed| u32::try_from(allowed.max(0)).unwrap_or(u32::MAX))
}
