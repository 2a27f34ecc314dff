//! Objects that hold things: namespace, account, configuration, shared disk.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, PersistentVolumeClaim, PersistentVolumeClaimSpec, ServiceAccount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::topology::{Component, PodSecurity, Storage, Topology};

use super::meta;

pub(super) fn namespace(topology: &Topology) -> Option<Namespace> {
    let name = topology.kubernetes.namespace.as_ref()?;
    let mut labels = meta::common_labels(topology);
    if topology.kubernetes.pod_security == PodSecurity::Restricted {
        for mode in ["enforce", "audit", "warn"] {
            labels.insert(format!("pod-security.kubernetes.io/{mode}"), "restricted".to_owned());
        }
    }
    Some(Namespace {
        metadata: ObjectMeta { name: Some(name.to_string()), labels: Some(labels), ..ObjectMeta::default() },
        ..Namespace::default()
    })
}

/// One account for each component, so that a permission given to one is not given to all. None has a token.
pub(super) fn service_account(topology: &Topology, component: &Component) -> ServiceAccount {
    ServiceAccount {
        metadata: meta::metadata(topology, component, component.name.as_str()),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

/// The component's own configuration files.
pub(super) fn config_map(topology: &Topology, component: &Component) -> Option<ConfigMap> {
    let data: BTreeMap<String, String> =
        component.files.iter().map(|file| (file.name.to_owned(), file.text.clone())).collect();
    (!data.is_empty()).then(|| ConfigMap {
        metadata: meta::metadata(topology, component, component.name.as_str()),
        data: Some(data),
        ..ConfigMap::default()
    })
}

/// The one disk that all replicas mount.
pub(super) fn shared_claim(topology: &Topology, component: &Component) -> Option<PersistentVolumeClaim> {
    let Storage::Shared { size, .. } = &component.storage else { return None };
    Some(PersistentVolumeClaim {
        metadata: meta::metadata(topology, component, data_name(component)),
        spec: Some(claim(topology, "ReadWriteMany", &size.text)),
        ..PersistentVolumeClaim::default()
    })
}

/// What is asked of a disk.
pub(super) fn claim(topology: &Topology, access: &str, size: &str) -> PersistentVolumeClaimSpec {
    PersistentVolumeClaimSpec {
        access_modes: Some(vec![access.to_owned()]),
        storage_class_name: topology.kubernetes.storage_class.as_ref().map(ToString::to_string),
        resources: Some(VolumeResourceRequirements {
            requests: Some([("storage".to_owned(), Quantity(size.to_owned()))].into()),
            ..VolumeResourceRequirements::default()
        }),
        ..PersistentVolumeClaimSpec::default()
    }
}

/// The name of a component's shared claim.
pub(super) fn data_name(component: &Component) -> String {
    format!("{}-data", component.name)
}

/// A checksum of configuration, put on the pods so that a change replaces them (FNV-1a, 64 bits: it must be the
/// same everywhere and needs no strength).
pub(super) fn checksum<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn a_checksum_sees_every_change() {
        assert_eq!(checksum(["a"]), checksum(["a"]));
        assert_ne!(checksum(["a", "b"]), checksum(["ab"]));
        assert_ne!(checksum(["a"]), checksum(["b"]));
    }
}
