//! What keeps pods running: a Deployment for those that are alike, a StatefulSet for those that are not.

use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment, StatefulSet, StatefulSetSpec,
    StatefulSetUpdateStrategy,
};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, EmptyDirVolumeSource, KeyToPath, PersistentVolumeClaim, PersistentVolumeClaimVolumeSource,
    PodSecurityContext, PodSpec, PodTemplateSpec, ProjectedVolumeSource, SeccompProfile, SecretProjection,
    SecretVolumeSource, TopologySpreadConstraint, Volume, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use crate::grammar::FilePath;
use crate::topology::{Component, Discovery, PodSecurity, Redundancy, Role, SecretFile, Spread, Storage, Topology};

use super::{config, container, meta, order, proxy};

/// Names of volumes.
pub(super) const CONFIG: &str = "config";
pub(super) const DATA: &str = "data";

pub(super) fn scratch_name(at: usize) -> String {
    format!("scratch-{}", at + 1)
}

/// Changes with every configuration that a pod reads only at its start.
const CHECKSUM: &str = "a8ctl.io/config-checksum";

/// Seconds that a new member is given before a rollout takes the next.
const MEMBER_SETTLES: i32 = 10;

/// The user of an image that names none: `nobody`.
pub(super) const NOBODY: u32 = 65_534;

/// The workload of a component; `proxy` is the configuration of its datastore proxy, if it has one.
pub(super) fn workload(topology: &Topology, component: &Component, proxy: Option<&str>) -> Value {
    let metadata = meta::metadata(topology, component, component.name.as_str());
    let replicas = Some(i32::try_from(component.replicas()).unwrap_or(i32::MAX));
    let selector = meta::selector(topology, component);
    let template = pod_template(topology, component, proxy);
    if component.has_identity() {
        return order::value(StatefulSet {
            metadata,
            spec: Some(StatefulSetSpec {
                replicas,
                service_name: Some(meta::headless_name(component)),
                // Members wait for one another: one at a time would wait for ever.
                // Ready is not yet caught up: the next member goes only when this one has had time to follow.
                min_ready_seconds: component.members.then_some(MEMBER_SETTLES),
                pod_management_policy: component.members.then(|| "Parallel".to_owned()),
                selector,
                template,
                update_strategy: Some(StatefulSetUpdateStrategy {
                    // While an operator has one member join, no other is restarted: what is told here is meant for it.
                    type_: Some(if component.procedures.is_empty() { "RollingUpdate" } else { "OnDelete" }.to_owned()),
                    ..StatefulSetUpdateStrategy::default()
                }),
                volume_claim_templates: claim_templates(topology, component),
                ..StatefulSetSpec::default()
            }),
            ..StatefulSet::default()
        });
    }
    order::value(Deployment {
        metadata,
        spec: Some(DeploymentSpec {
            replicas,
            selector,
            template,
            strategy: Some(strategy(component)),
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    })
}

/// The new replica is ready before an old one goes. A datastore that stands alone must not be there twice: half of
/// the clients would write to the one that is about to end.
fn strategy(component: &Component) -> DeploymentStrategy {
    if component.role == Role::Datastore && component.redundancy == Redundancy::Single {
        return DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None };
    }
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::Int(1)),
            max_unavailable: Some(IntOrString::Int(0)),
        }),
    }
}

fn pod_template(topology: &Topology, component: &Component, proxy: Option<&str>) -> PodTemplateSpec {
    let texts: Vec<&str> = component.files.iter().map(|file| file.text.as_str()).chain(proxy).collect();
    let restricted = topology.kubernetes.pod_security == PodSecurity::Restricted;
    let mut volumes = volumes(component, proxy.is_some());
    volumes.extend(proxy.and_then(|_| proxy::secret_volume(topology, component)));
    let spread = spread(topology, component);
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(meta::labels(topology, component)),
            annotations: (!texts.is_empty())
                .then(|| [(CHECKSUM.to_owned(), config::checksum(texts.iter().copied()))].into()),
            ..ObjectMeta::default()
        }),
        spec: Some(PodSpec {
            service_account_name: restricted.then(|| component.name.to_string()),
            automount_service_account_token: restricted.then_some(false),
            // A Service called `a8-api` would set A8_API_PORT and break the program; names are asked of DNS instead.
            enable_service_links: (topology.kubernetes.discovery == Discovery::Dns).then_some(false),
            termination_grace_period_seconds: component
                .shutdown
                .as_ref()
                .map(|shutdown| i64::from(shutdown.grace.seconds())),
            security_context: restricted.then(|| pod_security(component)),
            topology_spread_constraints: (!spread.is_empty()).then_some(spread),
            init_containers: proxy.is_some().then(|| vec![proxy::container(topology, component)]),
            containers: vec![container::container(topology, component)],
            volumes: (!volumes.is_empty()).then_some(volumes),
            ..PodSpec::default()
        }),
    }
}

fn pod_security(component: &Component) -> PodSecurityContext {
    let user = i64::from(component.user.unwrap_or(NOBODY));
    let owns_files = !component.secret_files.is_empty() || !matches!(component.storage, Storage::None);
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(user),
        run_as_group: Some(user),
        fs_group: owns_files.then_some(user),
        // A large volume is not walked at every start once its owner is right.
        fs_group_change_policy: owns_files.then(|| "OnRootMismatch".to_owned()),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
        ..PodSecurityContext::default()
    }
}

/// Replicas apart, by machine and by zone. Counted for each revision on its own: otherwise, with as many replicas
/// as machines, the first pod of a new revision would find no machine and nothing could ever be rolled out.
fn spread(topology: &Topology, component: &Component) -> Vec<TopologySpreadConstraint> {
    let replicas = component.replicas();
    if replicas < 2 {
        return Vec::new();
    }
    let required = component.spread == Spread::Required;
    let constraint = |key: &str, domains: u32| TopologySpreadConstraint {
        max_skew: 1,
        // With fewer machines left than replicas, the last one waits for its own instead of doubling up: when the
        // machine is back, so is the spread. Nobody else would restore it.
        min_domains: required.then(|| i32::try_from(domains.min(replicas)).unwrap_or(i32::MAX)),
        topology_key: key.to_owned(),
        when_unsatisfiable: if required { "DoNotSchedule" } else { "ScheduleAnyway" }.to_owned(),
        label_selector: Some(meta::selector(topology, component)),
        // Only Deployments label their pods with the revision.
        match_label_keys: (!component.has_identity()).then(|| vec!["pod-template-hash".to_owned()]),
        // A machine that no pod may enter is not an empty one.
        node_taints_policy: Some("Honor".to_owned()),
        ..TopologySpreadConstraint::default()
    };
    let mut out = Vec::new();
    if topology.placement.zones > 1 {
        out.push(constraint("topology.kubernetes.io/zone", topology.placement.zones));
    }
    if topology.placement.nodes.value > 1 {
        out.push(constraint("kubernetes.io/hostname", topology.placement.nodes.value));
    }
    out
}

/// Each directory of secret files: the name of its volume, and what is in it.
pub(super) fn secret_volumes(component: &Component) -> Vec<(String, &FilePath, Vec<&SecretFile>)> {
    let mut out: Vec<(String, &FilePath, Vec<&SecretFile>)> = Vec::new();
    for file in &component.secret_files {
        let number = out.len() + 1;
        match out.iter_mut().find(|(_, directory, _)| *directory == &file.directory) {
            Some((_, _, files)) => files.push(file),
            None => out.push((format!("secrets-{number}"), &file.directory, vec![file])),
        }
    }
    out
}

/// Keys of one or several secrets in one directory.
fn secret_volume(name: String, files: &[&SecretFile]) -> Volume {
    let item = |file: &&SecretFile| KeyToPath { key: file.secret.key.to_string(), path: file.name.clone(), mode: None };
    // Readable for the group that the pod runs as, and for nobody else.
    let default_mode = Some(0o440);
    if let Some(first) = files.first().filter(|first| files.iter().all(|it| it.secret.secret == first.secret.secret)) {
        return Volume {
            name,
            secret: Some(SecretVolumeSource {
                secret_name: Some(first.secret.secret.to_string()),
                default_mode,
                items: Some(files.iter().map(item).collect()),
                optional: None,
            }),
            ..Volume::default()
        };
    }
    let source = |file: &&SecretFile| VolumeProjection {
        secret: Some(SecretProjection {
            name: file.secret.secret.to_string(),
            items: Some(vec![item(file)]),
            optional: None,
        }),
        ..VolumeProjection::default()
    };
    let sources = Some(files.iter().map(source).collect());
    Volume { name, projected: Some(ProjectedVolumeSource { sources, default_mode }), ..Volume::default() }
}

fn volumes(component: &Component, proxied: bool) -> Vec<Volume> {
    let mut out = Vec::new();
    if !component.files.is_empty() {
        out.push(config_volume(CONFIG, component.name.as_str()));
    }
    if proxied {
        out.push(config_volume(proxy::NAME, &proxy::config_map_name(component)));
    }
    out.extend(secret_volumes(component).into_iter().map(|(name, _, files)| secret_volume(name, &files)));
    for at in 0..component.scratch.len() {
        out.push(Volume {
            name: scratch_name(at),
            // In memory: what is written there is made from secrets, and small.
            empty_dir: Some(EmptyDirVolumeSource {
                medium: Some("Memory".to_owned()),
                size_limit: Some(Quantity("1Mi".to_owned())),
            }),
            ..Volume::default()
        });
    }
    if matches!(component.storage, Storage::Shared { .. }) {
        out.push(Volume {
            name: DATA.to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: config::data_name(component),
                read_only: None,
            }),
            ..Volume::default()
        });
    }
    out
}

fn config_volume(name: &str, config_map: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        config_map: Some(ConfigMapVolumeSource { name: config_map.to_owned(), ..ConfigMapVolumeSource::default() }),
        ..Volume::default()
    }
}

fn claim_templates(topology: &Topology, component: &Component) -> Option<Vec<PersistentVolumeClaim>> {
    let (Storage::Persistent { size, .. } | Storage::Replicated { size, .. }) = &component.storage else { return None };
    Some(vec![PersistentVolumeClaim {
        // Without the managed labels: templates of a StatefulSet can never be changed.
        metadata: ObjectMeta {
            name: Some(DATA.to_owned()),
            labels: Some(meta::selector_labels(topology, component)),
            ..ObjectMeta::default()
        },
        spec: Some(config::claim(topology, "ReadWriteOnce", &size.text)),
        ..PersistentVolumeClaim::default()
    }])
}
