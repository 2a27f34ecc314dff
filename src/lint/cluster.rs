//! All objects together, with what finds one from another in no more than its share of time.

use std::collections::{HashMap, HashSet};

use super::Settings;
use super::budget::Budget;
use crate::manifest::{Object, Selector, View, Workload};

/// What is known of the cluster that the objects are for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    /// Nodes that take pods.
    pub nodes: Option<u32>,
    /// Zones that they are in.
    pub zones: Option<u32>,
}

/// The objects and the ways between them.
#[derive(Debug)]
pub struct Cluster<'a> {
    /// Every object.
    pub objects: Vec<&'a Object>,
    /// Those that make pods.
    pub workloads: Vec<Workload<'a>>,
    /// What is known besides.
    pub facts: Facts,
    by_name: HashMap<(&'a str, &'a str, &'a str), usize>,
    by_kind: HashMap<&'a str, Vec<usize>>,
    /// Workloads by namespace and one of their pods' labels.
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// By namespace, kind and name of what they scale.
    autoscalers: HashMap<(&'a str, &'a str, &'a str), &'a Object>,
    /// Namespace and name of every workload with the objects of a kind that select its pods.
    budgeted: HashMap<Key<'a>, Vec<usize>>,
    served: HashSet<Key<'a>>,
    guarded: HashSet<Key<'a>>,
    /// Namespace and name of accounts that something grants rights to.
    granted: HashSet<(&'a str, &'a str)>,
    /// Kind and namespace of objects that are for others and find none: what they lack is said of themselves.
    astray: HashSet<(&'static str, &'a str)>,
    /// By namespace and name of a claim.
    mounting: HashMap<(&'a str, &'a str), Vec<&'a Object>>,
    /// Objects that select pods, by kind: of those with one selector only so many.
    selecting: HashMap<&'static str, Vec<usize>>,
    /// Namespaces of accounts.
    accounts: HashSet<&'a str>,
    external: Vec<String>,
}

/// Kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// Labels of pods that no template has.
const MADE: &[&str] = &[POD_NAME, "apps.kubernetes.io/pod-index"];
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

impl<'a> Cluster<'a> {
    pub(super) fn new(objects: Vec<&'a Object>, settings: &Settings) -> Self {
        let (facts, external) = (settings.facts, settings.external.clone());
        let workloads: Vec<Workload<'a>> = objects.iter().filter_map(|object| Workload::of(object)).collect();
        let mut by_name = HashMap::with_capacity(objects.len());
        let mut by_kind: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, object) in objects.iter().enumerate() {
            by_name.entry((object.kind.as_str(), home(object), object.name.as_str())).or_insert(at);
            by_kind.entry(object.kind.as_str()).or_default().push(at);
        }
        let mut by_label: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
        let mut by_namespace: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, workload) in workloads.iter().enumerate() {
            let namespace = workload.object.namespace.as_str();
            by_namespace.entry(namespace).or_default().push(at);
            for (key, value) in workload.labels() {
                by_label.entry((namespace, key, value)).or_default().push(at);
            }
        }
        let (autoscalers, budgeted, served, guarded, granted, astray, accounts, mounting, selecting) =
            Default::default();
        let mut cluster = Self {
            objects,
            workloads,
            facts,
            by_name,
            by_kind,
            by_label,
            by_namespace,
            autoscalers,
            budgeted,
            served,
            guarded,
            granted,
            astray,
            accounts,
            mounting,
            selecting,
            external,
        };
        cluster.relate();
        cluster
    }

    /// Who scales, protects and serves whom.
    fn relate(&mut self) {
        for (kind, path, most) in SELECTING {
            let mut counts: HashMap<_, usize> = HashMap::new();
            let mut chosen = Vec::new();
            for at in listed(self.by_kind.get(kind)) {
                let view = self.objects[*at].view().at(path);
                let selector = if *kind == "Service" { Selector::plain(view) } else { Selector::of(view) };
                let mut equal = selector.equal;
                equal.sort_unstable();
                let count = counts.entry((self.objects[*at].namespace.as_str(), equal)).or_default();
                *count += usize::from(selector.expressions.is_empty());
                if *count <= *most {
                    chosen.push(*at);
                }
            }
            self.selecting.insert(kind, chosen);
        }
        let scales = |object: &'a Object| {
            let target = object.view().at("spec.scaleTargetRef");
            Some(((object.namespace.as_str(), target.key("kind").word()?, target.key("name").word()?), object))
        };
        let autoscalers = self.of_kind("HorizontalPodAutoscaler").filter_map(scales).collect();
        let mut budgeted: HashMap<Key<'a>, Vec<usize>> = HashMap::new();
        for (at, budget) in self.budgets().enumerate() {
            for workload in budget.pods(self) {
                budgeted.entry(key(workload)).or_default().push(at);
            }
        }
        let mut served = HashSet::new();
        for service in self.selecting("Service") {
            let selector = Selector::plain(service.view().at("spec.selector"));
            if !selector.is_empty() {
                served.extend(self.selected(&service.namespace, &selector).into_iter().map(key));
            }
        }
        let mut guarded = HashSet::new();
        let mut whole = HashSet::new();
        for policy in self.selecting("NetworkPolicy") {
            let selector = Selector::of(policy.view().at("spec.podSelector"));
            // One that means all pods of its namespace is mostly one of many.
            if !selector.is_empty() {
                guarded.extend(self.selected(&policy.namespace, &selector).into_iter().map(key));
            } else if whole.insert(policy.namespace.as_str()) {
                let all = listed(self.by_namespace.get(policy.namespace.as_str()));
                guarded.extend(all.iter().map(|at| key(&self.workloads[*at])));
            }
        }
        let mut astray = HashSet::new();
        for policy in self.selecting("NetworkPolicy") {
            let selector = Selector::of(policy.view().at("spec.podSelector"));
            if !selector.is_empty() && self.selected(&policy.namespace, &selector).is_empty() {
                astray.insert(("NetworkPolicy", policy.namespace.as_str()));
            }
        }
        for autoscaler in self.of_kind("HorizontalPodAutoscaler") {
            let target = autoscaler.view().at("spec.scaleTargetRef");
            let (kind, name) = (target.key("kind").word(), target.key("name").word());
            let found = kind.zip(name).and_then(|(kind, name)| self.find(kind, &autoscaler.namespace, name));
            if found.is_none() {
                astray.insert(("HorizontalPodAutoscaler", autoscaler.namespace.as_str()));
            }
        }
        let bindings = self.of_kind("RoleBinding").chain(self.of_kind("ClusterRoleBinding"));
        let subjects = bindings.flat_map(|it| it.view().key("subjects").items().map(move |subject| (subject, it)));
        let account = |(subject, binding): (View<'a>, &'a Object)| {
            let namespace = subject.key("namespace").word().unwrap_or(&binding.namespace);
            (subject.key("kind").word() == Some("ServiceAccount")).then_some((namespace, subject.key("name").word()?))
        };
        self.granted = subjects.filter_map(account).collect();
        let unknown = self
            .granted
            .iter()
            .filter(|(namespace, name)| self.find("ServiceAccount", namespace, name).is_none() && *name != "default");
        astray.extend(unknown.map(|(namespace, _)| ("RoleBinding", *namespace)));
        self.astray = astray;
        let mut mounting: HashMap<(&str, &str), Vec<&Object>> = HashMap::new();
        for workload in self.workloads.iter().filter(|it| it.runs_on()) {
            for claim in workload.pod.0.key("volumes").items().map(|it| it.at("persistentVolumeClaim.claimName")) {
                if let Some(name) = claim.word() {
                    mounting.entry((workload.object.namespace.as_str(), name)).or_default().push(workload.object);
                }
            }
        }
        self.mounting = mounting;
        self.accounts = self.of_kind("ServiceAccount").map(|account| account.namespace.as_str()).collect();
        (self.autoscalers, self.budgeted, self.served, self.guarded) = (autoscalers, budgeted, served, guarded);
    }

    /// Every disruption budget.
    pub fn budgets(&self) -> impl Iterator<Item = Budget<'a>> {
        self.selecting("PodDisruptionBudget").map(|object| Budget { object, spec: object.view().key("spec") })
    }

    /// Those that select a workload's pods.
    pub fn budgets_of(&self, workload: &Workload<'a>) -> impl Iterator<Item = Budget<'a>> {
        let all = listed(self.selecting.get("PodDisruptionBudget"));
        let own = listed(self.budgeted.get(&key(workload)));
        let objects: Vec<&'a Object> = own.iter().map(|at| self.objects[all[*at]]).collect();
        objects.into_iter().map(|object| Budget { object, spec: object.view().key("spec") })
    }

    /// The autoscaler of a workload.
    pub fn autoscaler(&self, workload: &Workload<'a>) -> Option<&'a Object> {
        let object = workload.object;
        self.autoscalers.get(&(object.namespace.as_str(), object.kind.as_str(), object.name.as_str())).copied()
    }

    /// Whether a Service selects a workload's pods.
    pub fn is_served(&self, workload: &Workload<'a>) -> bool {
        self.served.contains(&key(workload))
    }

    /// Whether a network policy selects a workload's pods.
    pub fn is_guarded(&self, workload: &Workload<'a>) -> bool {
        self.guarded.contains(&key(workload))
    }

    /// Whether something grants rights to an account.
    pub fn has_role(&self, namespace: &str, account: &str) -> bool {
        self.granted.contains(&(namespace, account))
    }

    /// Whether an object of a kind that was meant for some workload of its namespace finds none.
    pub fn is_astray(&self, kind: &'static str, workload: &Workload<'a>) -> bool {
        self.astray.contains(&(kind, workload.object.namespace.as_str()))
    }

    /// The fewest replicas of a workload that there may be.
    pub fn least(&self, workload: &Workload<'a>) -> i64 {
        match self.autoscaler(workload) {
            Some(autoscaler) => autoscaler.view().at("spec.minReplicas").integer().unwrap_or(1),
            None => workload.replicas(),
        }
    }

    /// Whether some account of a namespace stands here.
    pub fn has_accounts(&self, namespace: &str) -> bool {
        self.accounts.contains(namespace)
    }

    /// Objects of a kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'a Object> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| self.objects[*at])
    }

    /// Objects of a kind that select pods: budgets, Services, network policies. Of hundreds with one selector in one
    /// namespace the first ones stand for all, or each of them would look at each pod.
    pub fn selecting(&self, kind: &str) -> impl Iterator<Item = &'a Object> {
        self.selecting.get(kind).into_iter().flatten().map(|at| self.objects[*at])
    }

    /// One object.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&'a Object> {
        let namespace = if WIDE.contains(&kind) { "default" } else { namespace };
        self.by_name.get(&(kind, namespace, name)).map(|at| self.objects[*at])
    }

    /// A volume of a workload's pods that one node alone may mount: where it names its claim.
    pub fn alone(&self, workload: &Workload<'a>) -> Option<View<'a>> {
        let claims = workload.pod.0.key("volumes").items().map(|volume| volume.at("persistentVolumeClaim.claimName"));
        let of_one = |claim: &View<'a>| {
            let object =
                claim.word().and_then(|name| self.find("PersistentVolumeClaim", &workload.object.namespace, name));
            let mut modes = object.map(|object| object.view().at("spec.accessModes").items()).into_iter().flatten();
            object.is_some() && modes.all(|mode| mode.word().is_some_and(|mode| mode.starts_with("ReadWriteOnce")))
        };
        claims.into_iter().find(of_one)
    }

    /// Objects whose pods run on and mount a claim.
    pub fn mounting<'s>(&'s self, namespace: &'s str, claim: &'s str) -> &'s [&'a Object] {
        match self.mounting.get(&(namespace, claim)) {
            Some(objects) => objects,
            None => &[],
        }
    }

    /// Whether somebody else makes it.
    pub fn is_external(&self, kind: &str, name: &str) -> bool {
        let fits = |pattern: &str, word: &str| pattern == "*" || pattern == word;
        let is = |it: &String| it.split_once('/').is_some_and(|(of, called)| fits(of, kind) && fits(called, name));
        self.external.iter().any(is)
    }

    /// Workloads of a namespace whose pods a selector means. One that asks for nothing means all.
    pub fn selected(&self, namespace: &str, selector: &Selector<'_>) -> Vec<&Workload<'a>> {
        // Labels that pods get when they are made.
        let labels = selector.equal.iter().filter(|(key, _)| !MADE.contains(key));
        let listed = labels.map(|(key, value)| listed(self.by_label.get(&(namespace, *key, *value))));
        // The label that the fewest have leaves the fewest to look at.
        let candidates =
            listed.min_by_key(|list| list.len()).unwrap_or_else(|| self::listed(self.by_namespace.get(namespace)));
        let candidates = candidates.iter().map(|at| &self.workloads[*at]);
        candidates.filter(|workload| self::selects(selector, workload)).collect()
    }
}

/// Kinds that select pods, where they do, and how many with one selector are looked at.
const SELECTING: &[(&str, &str, usize)] = &[
    ("PodDisruptionBudget", "spec.selector", 4),
    ("Service", "spec.selector", 64),
    ("NetworkPolicy", "spec.podSelector", 64),
];

/// Kinds whose objects are in no namespace, whatever they say.
const WIDE: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Namespace", "PersistentVolume", "PriorityClass"];

/// The namespace of an object; one word for those that are in none.
fn home(object: &Object) -> &str {
    if WIDE.contains(&object.kind.as_str()) { "default" } else { &object.namespace }
}

fn key<'a>(workload: &Workload<'a>) -> Key<'a> {
    let object = workload.object;
    (object.kind.as_str(), object.namespace.as_str(), object.name.as_str())
}

fn listed(list: Option<&Vec<usize>>) -> &[usize] {
    list.map_or(&[], Vec::as_slice)
}

/// Whether a selector means some of a workload's pods.
fn selects(selector: &Selector<'_>, workload: &Workload<'_>) -> bool {
    let mut labels = workload.labels();
    if workload.kind() == "StatefulSet" {
        for (key, value) in selector.equal.iter().filter(|(key, _)| MADE.contains(key)) {
            let prefix = if *key == POD_NAME { workload.object.name.as_str() } else { "" };
            let number = value.strip_prefix(prefix).map(|rest| rest.trim_start_matches('-'));
            let first = workload.spec.at("ordinals.start").integer().unwrap_or(0);
            let number = number.and_then(|number| number.parse::<i64>().ok());
            if number.is_some_and(|number| (first..first + workload.replicas()).contains(&number)) {
                labels.insert(key, value);
            }
        }
    }
    selector.selects(&labels)
}
