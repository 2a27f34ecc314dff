//! Objects that hold things: namespace, account, configuration, shared disk.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMap, NFSVolumeSource, Namespace, ObjectReference, PersistentVolume, PersistentVolumeClaim,
    PersistentVolumeClaimSpec, PersistentVolumeSpec, ServiceAccount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::topology::{Component, PodSecurity, Storage, Topology, VolumeSource};

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

/// The one disk that all replicas mount, and what binds it to what is there.
pub(super) fn shared_claim(topology: &Topology, component: &Component) -> Option<PersistentVolumeClaim> {
    let Storage::Shared { size, source, .. } = &component.storage else { return None };
    let spec = claim(topology, SHARED, &size.text);
    let spec = match source {
        VolumeSource::Claim(_) => return None,
        VolumeSource::Class(class) => PersistentVolumeClaimSpec { storage_class_name: Some(class.to_string()), ..spec },
        // Of no class: a default class would make a disk of its own.
        VolumeSource::Nfs { .. } => PersistentVolumeClaimSpec {
            storage_class_name: Some(String::new()),
            volume_name: Some(volume_name(topology, component)),
            ..spec
        },
    };
    Some(PersistentVolumeClaim {
        metadata: meta::metadata(topology, component, data_name(component)),
        spec: Some(spec),
        ..PersistentVolumeClaim::default()
    })
}

/// The exported directory as a volume: what the `restricted` standard lets pods mount are claims.
pub(super) fn shared_volume(topology: &Topology, component: &Component) -> Option<PersistentVolume> {
    let Storage::Shared { size, source: VolumeSource::Nfs { server, path }, .. } = &component.storage else {
        return None;
    };
    let mut metadata = meta::metadata(topology, component, volume_name(topology, component));
    // Of the whole cluster.
    metadata.namespace = None;
    Some(PersistentVolume {
        metadata,
        spec: Some(PersistentVolumeSpec {
            access_modes: Some(vec![SHARED.to_owned()]),
            capacity: Some([("storage".to_owned(), Quantity(size.text.clone()))].into()),
            claim_ref: topology.kubernetes.namespace.as_ref().map(|namespace| ObjectReference {
                namespace: Some(namespace.to_string()),
                name: Some(data_name(component)),
                ..ObjectReference::default()
            }),
            // Writes wait for a server that is away, and are not given up: a program that is told of an error may have
            // written half.
            mount_options: Some(vec!["nfsvers=4".to_owned(), "hard".to_owned()]),
            nfs: Some(NFSVolumeSource { server: server.to_string(), path: path.to_string(), read_only: None }),
            persistent_volume_reclaim_policy: Some("Retain".to_owned()),
            storage_class_name: Some(String::new()),
            ..PersistentVolumeSpec::default()
        }),
        ..PersistentVolume::default()
    })
}

/// Written by several machines at a time.
const SHARED: &str = "ReadWriteMany";

/// Volumes are the whole cluster's: the name says whose this one is.
fn volume_name(topology: &Topology, component: &Component) -> String {
    format!("{}-{}", topology.project, data_name(component))
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
    match &component.storage {
        Storage::Shared { source: VolumeSource::Claim(claim), .. } => claim.to_string(),
        _ => format!("{}-data", component.name),
    }
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
