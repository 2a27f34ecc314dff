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
use crate::failure::{Keeps, Member};
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
        let volume = match what {
            What::Sentinel => None,
            _ => volumes::kept(cluster, workload, *container, remarks),
        };
        let keeps = store::keeps(*what, volume, settings);
        let is_store = !matches!(what, What::Service);
        let kept = Pods {
            replicas: least,
            called: served.is_some() || ports,
            unready,
            // What watches others begins anew without its disk, and keeps its place with it.
            stays: keeps == Keeps::Disk || placed.pinned || has_claims(workload),
            store: is_store,
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
            volume: volume.is_some(),
            apart: placed.apart,
            anywhere: placed.anywhere,
            budget: budget(cluster, workload, least),
            clocks: pods::clocks(workload, *container, kept),
            ended,
            said: texts::said(cluster, workload, remarks),
            settings,
            name,
        });
    }
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

/// How many pods a drain may take at a time: where several budgets mean the same pods, the server lets none go.
fn budget(cluster: &Cluster<'_>, workload: &Workload<'_>, replicas: i64) -> Option<u32> {
    let mut budgets = cluster.budgets_of(workload);
    let first = budgets.next()?;
    if budgets.next().is_some() {
        return Some(0);
    }
    first.allowed(replicas).map(|allowed| u32::try_from(allowed.max(0)).unwrap_or(u32::MAX))
}
