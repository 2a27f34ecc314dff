//! Budgets: how many pods a drain may take at a time.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::topology::{Component, Topology};

use super::meta;

/// Always `maxUnavailable`, never `minAvailable`: it stays true when somebody scales. Kept at one replica too, so
/// that scaling up later does not find it gone. A pod that is not ready protects nobody and may always go, or a
/// broken one would block every drain.
pub(super) fn budget(topology: &Topology, component: &Component) -> PodDisruptionBudget {
    let allowed = component.redundancy.disruptions_allowed();
    PodDisruptionBudget {
        metadata: meta::metadata(topology, component, component.name.as_str()),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(i32::try_from(allowed).unwrap_or(i32::MAX))),
            selector: Some(meta::selector(topology, component)),
            unhealthy_pod_eviction_policy: Some("AlwaysAllow".to_owned()),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    }
}
