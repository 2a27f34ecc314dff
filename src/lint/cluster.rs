//! All objects together, with what finds one from another in no more than its share of time.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::Settings;
use super::budget::Budget;
use super::policies::Policies;
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
    /// Workloads by where their objects are in memory.
    by_object: HashMap<*const Object, usize>,
    /// Workloads by namespace and one of their pods' labels.
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Those by namespace and the key of one of their pods' labels.
    by_key: HashMap<(&'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// The labels of each workload's pods.
    labels: Vec<BTreeMap<&'a str, &'a str>>,
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
    /// What network policies select.
    pub(super) policies: Policies<'a>,
}

/// Kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// Labels of pods that no template has.
const MADE: &[&str] = &[POD_NAME, "apps.kubernetes.io/pod-index", "job-name", "batch.kubernetes.io/job-name"];
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

impl<'a> Cluster<'a> {
    pub(super) fn new(objects: Vec<&'a Object>, settings: &Settings) -> Self {
        Self::of(objects, settings.facts, settings.external.clone())
    }

    /// Of objects and what is known besides.
    pub(crate) fn of(objects: Vec<&'a Object>, facts: Facts, external: Vec<String>) -> Self {
        let workloads: Vec<Workload<'a>> = objects.iter().filter_map(|object| Workload::of(object)).collect();
        let mut by_name = HashMap::with_capacity(objects.len());
        let mut by_kind: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, object) in objects.iter().enumerate() {
            by_name.entry((object.kind.as_str(), home(object), object.name.as_str())).or_insert(at);
            by_kind.entry(object.kind.as_str()).or_default().push(at);
        }
        let by_object = workloads.iter().enumerate().map(|(at, it)| (std::ptr::from_ref(it.object), at)).collect();
        let mut by_label: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
        let mut by_key: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        let mut by_namespace: HashMap<&str, Vec<usize>> = HashMap::new();
        let labels: Vec<BTreeMap<&str, &str>> = workloads.iter().map(Workload::labels).collect();
        for (at, (workload, labels)) in workloads.iter().zip(&labels).enumerate() {
            let namespace = workload.object.namespace.as_str();
            by_namespace.entry(namespace).or_default().push(at);
            for (key, value) in labels {
                by_label.entry((namespace, *key, *value)).or_default().push(at);
                by_key.entry((namespace, *key)).or_default().push(at);
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
            by_object,
            by_label,
            by_key,
            by_namespace,
            labels,
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
            policies: Policies::default(),
        };
        cluster.relate();
        cluster.policies = Policies::of_cluster(&cluster);
        cluster
    }

    /// Who scales, protects and serves whom.
    fn relate(&mut self) {
        for (kind, path, most) in SELECTING {
            let mut counts: HashMap<_, usize> = HashMap::new();
            let mut taken = Taken { times: vec![0; self.workloads.len()], open: HashMap::new(), most: *most };
            let mut chosen = Vec::new();
            for at in listed(self.by_kind.get(kind)) {
                let view = self.objects[*at].view().at(path);
                let selector = if *kind == "Service" { Selector::plain(view) } else { Selector::of(view) };
                let mut equal = selector.equal.clone();
                equal.sort_unstable();
                let namespace = self.objects[*at].namespace.as_str();
                let count = counts.entry((namespace, equal)).or_default();
                *count += usize::from(selector.expressions.is_empty());
                if *count <= *most && (selector.is_empty() || self.adds(namespace, &selector, &mut taken)) {
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

    /// Objects of a kind that select pods: budgets, Services, network policies. Of hundreds that select the same pods
    /// the first ones stand for all, or each of them would look at each pod.
    pub fn selecting(&self, kind: &str) -> impl Iterator<Item = &'a Object> {
        self.selecting.get(kind).into_iter().flatten().map(|at| self.objects[*at])
    }

    /// One object.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&'a Object> {
        let namespace = if WIDE.contains(&kind) { "default" } else { namespace };
        self.by_name.get(&(kind, namespace, name)).map(|at| self.objects[*at])
    }

    /// A workload by its name.
    pub fn workload(&self, kind: &str, namespace: &str, name: &str) -> Option<&Workload<'a>> {
        let object = self.find(kind, namespace, name)?;
        self.by_object.get(&std::ptr::from_ref(object)).map(|at| &self.workloads[*at])
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
        let candidates = self.candidates(namespace, selector);
        candidates.iter().filter(|at| self.selects(selector, **at)).map(|at| &self.workloads[*at]).collect()
    }

    /// Workloads of a namespace among which are all that a selector means: the fewest that can be told without a look
    /// at each.
    fn candidates<'s>(&'s self, namespace: &'s str, selector: &'s Selector<'s>) -> Cow<'s, [usize]> {
        let everyone = listed(self.by_namespace.get(namespace));
        let all = everyone.len();
        let mut fewest = Cow::Borrowed(everyone);
        let mut narrow = |list: Cow<'s, [usize]>| {
            if list.len() < fewest.len() {
                fewest = list;
            }
        };
        let labelled = |key, value| listed(self.by_label.get(&(namespace, key, value)));
        for (key, value) in selector.equal.iter().filter(|(key, _)| !MADE.contains(key)) {
            narrow(Cow::Borrowed(labelled(*key, *value)));
        }
        for expression in &selector.expressions {
            let Some(key) = expression.key("key").word() else { continue };
            let mut values: Vec<&str> = expression.key("values").items().filter_map(|value| value.word()).collect();
            values.sort_unstable();
            values.dedup();
            // No workload is in two of them.
            let lists = || values.iter().map(|value| labelled(key, *value));
            let with = || listed(self.by_key.get(&(namespace, key)));
            match expression.key("operator").word() {
                Some("In") => {
                    let mut list: Vec<usize> = lists().flatten().copied().collect();
                    list.sort_unstable();
                    narrow(Cow::Owned(list));
                }
                Some("Exists") => narrow(Cow::Borrowed(with())),
                Some("NotIn") => match all - lists().map(<[usize]>::len).sum::<usize>() {
                    0 => narrow(Cow::Borrowed(&[])),
                    few if few < all / 2 => narrow(Cow::Owned(without(everyone, lists().flatten()))),
                    _ => {}
                },
                Some("DoesNotExist") if values.is_empty() => match all - with().len() {
                    0 => narrow(Cow::Borrowed(&[])),
                    few if few < all / 2 => narrow(Cow::Owned(without(everyone, with().iter()))),
                    _ => {}
                },
                _ => {}
            }
        }
        fewest
    }

    /// Whether a selector means a workload that few of the objects before it do, or none at all; then those that it
    /// means are counted.
    fn adds(&self, namespace: &'a str, selector: &Selector<'_>, taken: &mut Taken<'a>) -> bool {
        let candidates = self.candidates(namespace, selector);
        let (open, full) =
            taken.open.entry(namespace).or_insert_with(|| (listed(self.by_namespace.get(namespace)).to_vec(), 0));
        let few = if candidates.len() < open.len() { &*candidates } else { open.as_slice() };
        let room = |at: &&usize| taken.times[**at] < taken.most;
        let found: Vec<usize> = few.iter().filter(room).filter(|at| self.selects(selector, **at)).copied().collect();
        for at in &found {
            taken.times[*at] += 1;
            *full += usize::from(taken.times[*at] == taken.most);
        }
        // Each is thrown out once, and looked at no more than twice for that.
        if *full * 2 > open.len() {
            open.retain(|at| taken.times[*at] < taken.most);
            *full = 0;
        }
        !found.is_empty() || !candidates.iter().any(|at| self.selects(selector, *at))
    }

    /// Whether a selector means some of a workload's pods.
    fn selects(&self, selector: &Selector<'_>, at: usize) -> bool {
        let (workload, labels) = (&self.workloads[at], &self.labels[at]);
        let mut made = selector.equal.iter().filter(|(key, _)| MADE.contains(key)).peekable();
        if !matches!(workload.kind(), "StatefulSet" | "Job") || made.peek().is_none() {
            return selector.selects(labels);
        }
        if workload.kind() == "Job" {
            let mut labels: BTreeMap<&str, &str> = labels.clone();
            for key in ["job-name", "batch.kubernetes.io/job-name"] {
                labels.insert(key, &workload.object.name);
            }
            return selector.selects(&labels);
        }
        let mut labels: BTreeMap<&str, &str> = labels.clone();
        for (key, value) in made {
            let prefix = if *key == POD_NAME { workload.object.name.as_str() } else { "" };
            let number = value.strip_prefix(prefix).map(|rest| rest.trim_start_matches('-'));
            let first = workload.spec.at("ordinals.start").integer().unwrap_or(0);
            let number = number.and_then(|number| number.parse::<i64>().ok());
            if number.is_some_and(|number| (first..first + workload.replicas()).contains(&number)) {
                labels.insert(key, value);
            }
        }
        selector.selects(&labels)
    }
}

/// Those of a sorted list that are not among some of them.
fn without<'l>(all: &[usize], some: impl Iterator<Item = &'l usize>) -> Vec<usize> {
    let mut out = vec![false; all.last().map_or(0, |last| last + 1 - all[0])];
    for at in some {
        out[at - all[0]] = true;
    }
    all.iter().filter(|at| !out[**at - all[0]]).copied().collect()
}

/// How many objects of a kind select each workload.
struct Taken<'a> {
    times: Vec<usize>,
    /// By namespace: those that fewer than the most do, and how many of them have become others since.
    open: HashMap<&'a str, (Vec<usize>, usize)>,
    most: usize,
}

/// Kinds that select pods, where they do, and how many that select the same are looked at.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::manifest::{self, Document};

    /// The names of the budgets that are looked at, of 20 Deployments and some budgets with these expressions.
    fn chosen(expressions: &[String]) -> Vec<usize> {
        let mut text = String::new();
        for number in 0..20 {
            text.push_str(&format!(
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: w{number} }}\nspec: {{ template: {{ \
                 metadata: {{ labels: {{ app: w{number}, tier: a }} }} }} }}\n"
            ));
        }
        for (number, expression) in expressions.iter().enumerate() {
            text.push_str(&format!(
                "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{ name: '{number}' }}\n\
                 spec: {{ selector: {{ matchExpressions: [{{ {expression} }}] }} }}\n"
            ));
        }
        let source = Sources::default().add("a.yaml", &text);
        let documents = manifest::read(&text, source, &mut Vec::new()).unwrap();
        let objects = documents.iter().filter_map(|document| match document {
            Document::Kubernetes(object) => Some(object),
            _ => None,
        });
        let cluster = Cluster::new(objects.collect(), &Settings::default());
        let budgets: Vec<&Object> = cluster.selecting("PodDisruptionBudget").collect();
        // What the lists of labels leave out is none that a selector means.
        for budget in &budgets {
            let selector = Selector::of(budget.view().at("spec.selector"));
            let selects = |workload: &&Workload<'_>| selector.selects(&workload.labels());
            let slowly = cluster.workloads.iter().filter(selects).count();
            assert_eq!(cluster.selected("default", &selector).len(), slowly, "{}", budget.name);
        }
        budgets.iter().map(|budget| budget.name.parse().unwrap()).collect()
    }

    #[test]
    fn of_many_that_select_the_same_the_first_stand_for_all() {
        let many = |form: &str| (0..30).map(|number| form.replace('#', &number.to_string())).collect::<Vec<_>>();
        let all = |count: usize| (0..count).collect::<Vec<_>>();
        for form in [
            "key: app, operator: NotIn, values: [x#]",
            "key: tier, operator: In, values: [a, x#]",
            "key: x#, operator: DoesNotExist",
        ] {
            assert_eq!(chosen(&many(form)), all(4), "{form}");
        }
        // Those with pods of their own, and those with none, are looked at each.
        for form in [
            "key: app, operator: In, values: [w#]",
            "key: tier, operator: NotIn, values: [a, x#]",
            "key: x#, operator: Exists",
        ] {
            assert_eq!(chosen(&many(form)), all(30), "{form}");
        }
        let mut mixed = many("key: app, operator: NotIn, values: [w0, x#]");
        mixed.push("key: app, operator: Exists".to_owned());
        assert_eq!(chosen(&mixed), [0, 1, 2, 3, 30]);
    }
}
