//! Disruption budgets, and the arithmetic of shares.

use super::cluster::Cluster;
use crate::manifest::{Object, Selector, View, Workload};

/// A PodDisruptionBudget.
#[derive(Debug)]
pub struct Budget<'a> {
    /// The object.
    pub object: &'a Object,
    /// Its `spec`.
    pub spec: View<'a>,
}

impl<'a> Budget<'a> {
    /// Workloads whose pods it selects.
    pub fn pods<'c>(&self, cluster: &'c Cluster<'a>) -> Vec<&'c Workload<'a>> {
        let selector = self.spec.key("selector");
        // One that is not there selects nothing; one that is empty, all.
        if !selector.exists() {
            return Vec::new();
        }
        cluster.selected(&self.object.namespace, &Selector::of(selector))
    }

    /// Whether it is one that selects no pods at all, or none that can be told.
    pub fn is_astray(&self, cluster: &Cluster<'a>) -> bool {
        self.pods(cluster).is_empty()
    }

    /// Whether the server can read its selector.
    pub fn is_readable(&self) -> bool {
        let empty = |it: View<'_>| {
            matches!(it.key("operator").word(), Some("In" | "NotIn")) && it.key("values").items().len() == 0
        };
        !self.spec.at("selector.matchExpressions").items().any(empty)
    }

    /// The field that says how many.
    pub fn amount(&self) -> View<'a> {
        let most = self.spec.key("maxUnavailable");
        if most.exists() { most } else { self.spec.key("minAvailable") }
    }

    /// How many of some replicas may be gone at once; `None` where it does not say. Shares are rounded up, as the
    /// server does for both fields.
    pub fn allowed(&self, replicas: i64) -> Option<i64> {
        let most = self.spec.key("maxUnavailable");
        if most.exists() {
            return share_up(most, replicas);
        }
        share_up(self.spec.key("minAvailable"), replicas).map(|least| replicas - least)
    }

    /// Whether it lets no pod go, however many there are.
    pub fn never(&self) -> bool {
        let is = |key: &str, words: &[&str]| self.spec.key(key).word().is_some_and(|word| words.contains(&word));
        is("maxUnavailable", &["0", "0%"]) || is("minAvailable", &["100%"])
    }
}

/// A number, or the share of replicas that a percentage is, rounded down.
pub(crate) fn share(view: View<'_>, replicas: i64) -> Option<i64> {
    part(view, replicas, 0)
}

/// The same rounded up.
pub(crate) fn share_up(view: View<'_>, replicas: i64) -> Option<i64> {
    part(view, replicas, 99)
}

fn part(view: View<'_>, replicas: i64, more: i64) -> Option<i64> {
    if let Some(number) = view.integer() {
        return (number >= 0).then_some(number);
    }
    let percent: i64 = view.word()?.strip_suffix('%')?.parse().ok()?;
    if !(0..=100).contains(&percent) {
        return None;
    }
    percent.checked_mul(replicas).and_then(|hundredths| hundredths.checked_add(more)).map(|sum| sum / 100)
}
