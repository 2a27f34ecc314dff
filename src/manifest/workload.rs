//! Objects that make pods.

use std::collections::BTreeMap;

use super::object::Object;
use super::pod::Pod;
use super::view::View;
use crate::diagnostic::Span;

/// A kind of object that makes pods, and where its pods stand in it.
const KINDS: &[(&str, &str, &str)] = &[
    ("apps", "Deployment", "spec.template"),
    ("apps", "StatefulSet", "spec.template"),
    ("apps", "DaemonSet", "spec.template"),
    ("apps", "ReplicaSet", "spec.template"),
    ("", "ReplicationController", "spec.template"),
    ("", "Pod", ""),
    ("batch", "Job", "spec.template"),
    ("batch", "CronJob", "spec.jobTemplate.spec.template"),
];

/// One of them.
#[derive(Debug)]
pub struct Workload<'a> {
    /// The object.
    pub object: &'a Object,
    /// Its `spec`.
    pub spec: View<'a>,
    /// What its pods are made from: `metadata` and `spec`.
    pub template: View<'a>,
    /// The pods' own `spec`.
    pub pod: Pod<'a>,
}

impl<'a> Workload<'a> {
    /// The workload that an object is; `None` for other objects.
    pub fn of(object: &'a Object) -> Option<Self> {
        let (.., path) = KINDS.iter().find(|(group, kind, _)| *kind == object.kind && *group == object.group())?;
        let template = if path.is_empty() { object.view() } else { object.view().at(path) };
        Some(Self { object, spec: object.view().key("spec"), template, pod: Pod::of(template.key("spec")) })
    }

    /// The kind of the object.
    pub fn kind(&self) -> &str {
        &self.object.kind
    }

    /// Whether it runs until it is told otherwise: not a job.
    pub fn runs_on(&self) -> bool {
        !matches!(self.kind(), "Job" | "CronJob")
    }

    /// Whether it has a number of replicas.
    pub fn scales(&self) -> bool {
        matches!(self.kind(), "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController")
    }

    /// How many pods it asks for; 1 where it does not say. A DaemonSet has one on each node, which nobody knows here.
    pub fn replicas(&self) -> i64 {
        if self.scales() { self.spec.key("replicas").integer().unwrap_or(1) } else { 1 }
    }

    /// Where it says so, or where it would.
    pub fn replicas_span(&self) -> Span {
        let replicas = self.spec.key("replicas");
        if replicas.exists() { replicas.span() } else { self.object.kind_span() }
    }

    /// Its pods' labels.
    pub fn labels(&self) -> BTreeMap<&'a str, &'a str> {
        self.template.at("metadata.labels").pairs().collect()
    }
}

/// Which labels pods must have.
#[derive(Debug)]
pub struct Selector<'a> {
    /// Values that must be there.
    pub equal: Vec<(&'a str, &'a str)>,
    /// `matchExpressions`.
    pub expressions: Vec<View<'a>>,
}

impl<'a> Selector<'a> {
    /// A `LabelSelector`.
    pub fn of(view: View<'a>) -> Self {
        Self {
            equal: view.key("matchLabels").pairs().collect(),
            expressions: view.key("matchExpressions").items().collect(),
        }
    }

    /// A mapping of labels alone, as Services and ReplicationControllers have it.
    pub fn plain(view: View<'a>) -> Self {
        Self { equal: view.pairs().collect(), expressions: Vec::new() }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.expressions.is_empty()
    }

    /// Whether pods with these labels are meant.
    pub fn selects(&self, labels: &BTreeMap<&str, &str>) -> bool {
        self.equal.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.expressions.iter().all(|expression| holds(*expression, labels))
    }
}

fn holds(expression: View<'_>, labels: &BTreeMap<&str, &str>) -> bool {
    let value = expression.key("key").word().and_then(|key| labels.get(key));
    let listed = || value.is_some_and(|value| expression.key("values").items().any(|it| it.word() == Some(value)));
    let values = expression.key("values").items().len() > 0;
    match expression.key("operator").word() {
        Some("In") if values => listed(),
        Some("NotIn") if values => !listed(),
        Some("Exists") if !values => value.is_some(),
        Some("DoesNotExist") if !values => value.is_none(),
        // What cannot be read has a finding of its own.
        _ => values && listed(),
    }
}
