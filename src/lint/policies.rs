//! What network policies let through to the pods that they select.

use std::collections::HashMap;

use super::cluster::Cluster;
use crate::manifest::{Object, Selector, View, Workload};

/// More policies that select one workload than anybody keeps apart: then nothing is said of it.
const MOST: usize = 32;

/// The policies that select each workload.
#[derive(Debug, Default)]
pub(crate) struct Policies<'a> {
    /// Those that name their pods, by where a workload's object is in memory.
    named: HashMap<*const Object, Vec<&'a Object>>,
    /// Those for all pods of a namespace.
    whole: HashMap<&'a str, Vec<&'a Object>>,
}

impl<'a> Policies<'a> {
    pub(super) fn of_cluster(cluster: &Cluster<'a>) -> Self {
        let mut found = Self::default();
        for policy in cluster.selecting("NetworkPolicy").filter(|policy| policy.group() == "networking.k8s.io") {
            let selector = Selector::of(policy.view().at("spec.podSelector"));
            if selector.is_empty() {
                found.whole.entry(policy.namespace.as_str()).or_default().push(policy);
                continue;
            }
            for workload in cluster.selected(&policy.namespace, &selector) {
                found.named.entry(std::ptr::from_ref(workload.object)).or_default().push(policy);
            }
        }
        found
    }

    /// Whether no policy names its pods.
    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Those of a workload that one of them names; none where there are more than anybody keeps apart.
    pub(crate) fn of(&self, workload: &Workload<'_>) -> Option<Vec<&'a Object>> {
        let named = self.named.get(&std::ptr::from_ref(workload.object))?;
        let whole = self.whole.get(workload.object.namespace.as_str()).map_or(&[][..], Vec::as_slice);
        (named.len() + whole.len() <= MOST).then(|| named.iter().chain(whole).copied().collect())
    }
}

/// Whether a policy closes a direction: `Ingress` or `Egress`.
pub(crate) fn closes(policy: &Object, direction: &str) -> bool {
    let spec = policy.view().key("spec");
    let kinds = spec.key("policyTypes");
    if kinds.exists() {
        return kinds.items().any(|it| it.word() == Some(direction));
    }
    direction == "Ingress" || spec.key("egress").exists()
}

/// Whether a policy is for pods that it names, and lets something through to or from them. One that is for all pods of
/// its namespace, or lets nothing through, is there with others, which may lie elsewhere.
pub(crate) fn names(policy: &Object, direction: &str) -> bool {
    let spec = policy.view().key("spec");
    !Selector::of(spec.key("podSelector")).is_empty() && spec.key(direction).items().len() > 0
}

/// Whether a rule lets a port through; a protocol is `TCP` where it says none.
pub(crate) fn opens(rule: View<'_>, port: i64, protocol: &str, workload: Option<&Workload<'_>>) -> bool {
    let ports = rule.key("ports");
    if ports.items().len() == 0 {
        return true;
    }
    ports.items().any(|it| {
        let spoken = it.key("protocol").word().unwrap_or("TCP") == protocol;
        let wanted = it.key("port");
        let named = |name: &str| {
            let mut listed =
                workload.into_iter().flat_map(|it| it.pod.all()).flat_map(|it| it.view.key("ports").items());
            listed.any(|it| it.key("name").word() == Some(name) && it.key("containerPort").integer() == Some(port))
        };
        spoken
            && match (wanted.integer(), it.key("endPort").integer()) {
                (Some(first), Some(last)) => (first..=last).contains(&port),
                (Some(one), None) => one == port,
                (None, _) => wanted.word().is_none_or(named),
            }
    })
}

/// Whether a rule is for pods of a workload itself, among others.
pub(crate) fn is_for(rule: View<'_>, peers: &str, workload: &Workload<'_>) -> bool {
    let peers = rule.key(peers);
    let labels = workload.labels();
    peers.items().len() == 0
        || peers.items().any(|peer| {
            let pods = peer.key("podSelector");
            // Whose labels a namespace has is not known here, nor which addresses pods get.
            peer.key("ipBlock").exists() || !pods.exists() || Selector::of(pods).selects(&labels)
        })
}
