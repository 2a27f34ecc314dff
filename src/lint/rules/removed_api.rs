//! An API version that is gone.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "removed-api",
    severity: Severity::Error,
    about: "an API version that the cluster does not have any more",
    docs: "The server refuses the object. The mend is mostly another `apiVersion`; some kinds have changed their \
        fields on the way.",
    on: true,
    bad: &[
        "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: { name: web }\n",
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n",
    ],
    good: &["apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n"],
    check: Check::Schema,
};

/// Versions that went before those whose fields are known: with the version of Kubernetes that lost them, by its
/// own guide to deprecated APIs.
const REMOVED: &[(&str, &[&str], &str)] = &[
    ("extensions/v1beta1", &["Deployment", "DaemonSet", "ReplicaSet", "NetworkPolicy", "PodSecurityPolicy"], "1.16"),
    ("extensions/v1beta1", &["Ingress"], "1.22"),
    ("apps/v1beta1", &["Deployment", "StatefulSet", "ControllerRevision"], "1.16"),
    ("apps/v1beta2", &["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "ControllerRevision"], "1.16"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"], "1.22"),
    ("rbac.authorization.k8s.io/v1alpha1", &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"], "1.22"),
    ("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], "1.22"),
    ("apiregistration.k8s.io/v1beta1", &["APIService"], "1.22"),
    (
        "admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        "1.22",
    ),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"], "1.22"),
    ("storage.k8s.io/v1beta1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "1.22"),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], "1.27"),
    ("coordination.k8s.io/v1beta1", &["Lease"], "1.22"),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "1.22"),
    ("batch/v1beta1", &["CronJob"], "1.25"),
    ("batch/v2alpha1", &["CronJob"], "1.21"),
    ("policy/v1beta1", &["PodDisruptionBudget", "PodSecurityPolicy"], "1.25"),
    ("discovery.k8s.io/v1beta1", &["EndpointSlice"], "1.25"),
    ("events.k8s.io/v1beta1", &["Event"], "1.25"),
    ("node.k8s.io/v1beta1", &["RuntimeClass"], "1.25"),
    ("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], "1.25"),
    ("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], "1.26"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &["FlowSchema", "PriorityLevelConfiguration"], "1.26"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &["FlowSchema", "PriorityLevelConfiguration"], "1.29"),
];

/// Kinds whose later versions have the fields of the one that went: another `apiVersion` is the whole mend.
pub(crate) fn same_fields(kind: &str) -> bool {
    const KINDS: &[&str] = &[
        "ClusterRole",
        "ClusterRoleBinding",
        "CronJob",
        "HorizontalPodAutoscaler",
        "IngressClass",
        "Lease",
        "PodDisruptionBudget",
        "PriorityClass",
        "Role",
        "RoleBinding",
        "RuntimeClass",
        "StorageClass",
    ];
    KINDS.contains(&kind)
}

/// The version of Kubernetes that lost a kind.
pub(crate) fn removed(api_version: &str, kind: &str) -> Option<&'static str> {
    let is = |(group, kinds, _): &&(&str, &[&str], &str)| *group == api_version && kinds.contains(&kind);
    REMOVED.iter().find(is).map(|(.., since)| *since)
}

/// Kinds that are no objects of a cluster: files of tools that lie among manifests.
pub(crate) const FILES_OF_TOOLS: &[(&str, &str)] =
    &[("kustomize.config.k8s.io", "Kustomization"), ("kustomize.config.k8s.io", "Component"), ("", "Config")];
