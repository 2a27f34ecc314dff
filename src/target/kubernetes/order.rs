//! The order of keys: that of the types is alphabetical, that of people is not.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;

/// Keys in the order people write them, whatever object they stand in; others follow as they come.
const ORDER: &[&str] = &[
    "apiVersion",
    "kind",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
    "metadata",
    "name",
    "namespace",
    "labels",
    "annotations",
    "type",
    "clusterIP",
    "podSelector",
    "policyTypes",
    "replicas",
    "serviceName",
    "podManagementPolicy",
    "strategy",
    "updateStrategy",
    "minReadySeconds",
    "image",
    "imagePullPolicy",
    "restartPolicy",
    "command",
    "args",
    "maxUnavailable",
    "unhealthyPodEvictionPolicy",
    "selector",
    "template",
    "spec",
    "maxSkew",
    "minDomains",
    "topologyKey",
    "whenUnsatisfiable",
    "labelSelector",
    "matchLabelKeys",
    "nodeTaintsPolicy",
    "serviceAccountName",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "terminationGracePeriodSeconds",
    "topologySpreadConstraints",
    "accessModes",
    "storageClassName",
    "ingress",
    "egress",
    "from",
    "to",
    "port",
    "containerPort",
    "targetPort",
    "nodePort",
    "protocol",
    "ports",
    "env",
    "value",
    "valueFrom",
    "key",
    "resources",
    "requests",
    "limits",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
    "httpGet",
    "exec",
    "path",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "lifecycle",
    "securityContext",
    "volumeMounts",
    "mountPath",
    "initContainers",
    "containers",
    "volumes",
    "volumeClaimTemplates",
    "data",
];

/// An object as data.
pub(super) fn value(object: impl Serialize) -> Value {
    // The types of k8s-openapi serialise infallibly: string keys, no custom errors.
    serde_json::to_value(object).unwrap_or_default()
}

/// [`ORDER`] by name, with the place of each.
static RANKS: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
    let mut ranks: Vec<(&str, usize)> = ORDER.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    ranks.sort_unstable();
    ranks
});

/// The place of a key among the others of its mapping.
pub(super) fn rank(key: &str) -> usize {
    RANKS.binary_search_by_key(&key, |(known, _)| known).map_or(ORDER.len(), |at| RANKS[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_first_then_the_rest_in_their_order() {
        let value = serde_json::json!({"b": 1, "spec": {"z": null, "name": 2}, "kind": "X", "a": []});
        assert_eq!(crate::yaml::to_string_ranked(&value, rank), "kind: X\nspec:\n  name: 2\nb: 1\na: []\n");
    }
}
