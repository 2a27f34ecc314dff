//! Where in a profile each part is described.

use crate::failure::{Role, Shape, System};
use crate::topology::{Component, Endpoint, Exposure, Place, Platform, Timing, Topology};

/// For each part of a system, its place in the profile.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// By the part's index.
    pub parts: Vec<Key>,
    /// Whether it is rendered for machines that it names.
    pub hosts: bool,
    /// Whether it says in which zone a machine is.
    pub zoned: bool,
    /// Whether its balancers are already as quick as they can be.
    pub quick: bool,
}

/// A part's place in the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// `services.NAME`, `datastores.NAME` or `balancer`.
    pub path: String,
    /// Key below it that says how many there are, or that makes several of one: `replicas`, `size`, `mode`, ...
    pub several: &'static str,
    /// `datastores.NAME` of the one that is in a service's memory, where it has such a one.
    pub memory: Option<String>,
    /// What must be set beside [`Key::several`] before that is taken.
    pub lacks: Vec<String>,
    /// The question whether it is ready: milliseconds between two and for an answer, and how many failures count.
    pub readiness: Option<(u64, u64, u32)>,
}

impl Keys {
    /// Of parts that are called as in their profile.
    pub fn plain(system: &System) -> Self {
        let parts = (0..system.parts.len()).map(|part| Key::of(system, part, &system.parts[part].name, None));
        Self { parts: parts.collect(), hosts: false, zoned: false, quick: false }
    }

    /// Of what a topology became: a datastore may be deployed by another name than it has in the profile.
    pub fn of(topology: &Topology, system: &System) -> Self {
        let in_profile = |name: &str| {
            topology.endpoints.iter().find(|endpoint| match &endpoint.place {
                Place::Component(component) => component.as_str() == name,
                Place::External(_) => endpoint.datastore.as_str() == name,
            })
        };
        let key = |index: usize| {
            let owner = owner(system, index);
            let name = &system.parts[owner].name;
            let it = topology.components.iter().find(|it| it.name.as_str() == name);
            match in_profile(name) {
                Some(endpoint) => {
                    let key = Key::of(system, index, endpoint.datastore.as_str(), Some(&endpoint.scheme));
                    let lacks =
                        if key.several == "mode" { lacks(topology, endpoint, it, &key.path) } else { Vec::new() };
                    Key { lacks, ..key }
                }
                None => {
                    let of =
                        it.and_then(|it| it.synchronises.as_ref()).map_or(name.as_str(), |of| of.component.as_str());
                    // A store that nobody reaches anywhere is in the memory of each replica.
                    let mut needs = it.into_iter().flat_map(|it| &it.needs);
                    let inside = needs.find(|need| topology.endpoint(&need.datastore).is_none());
                    let memory = inside.map(|need| format!("datastores.{}", need.datastore));
                    let readiness = it.and_then(|it| it.probes.readiness.as_ref());
                    let readiness = readiness.map(|it| (it.interval.0, it.timeout.0, it.failures));
                    Key { memory, readiness, ..Key::of(system, index, of, None) }
                }
            }
        };
        Self {
            parts: (0..system.parts.len()).map(key).collect(),
            hosts: system.target == Platform::Hosts.as_str(),
            zoned: topology.placement.hosts.iter().any(|host| host.zone.is_some()),
            quick: topology.balancer.timing == Timing::Fast,
        }
    }
}

/// What a Redis that stands alone lacks before it can be several under sentinels.
fn lacks(topology: &Topology, endpoint: &Endpoint, server: Option<&Component>, path: &str) -> Vec<String> {
    let mut lacks = Vec::new();
    if endpoint.password.is_none() {
        lacks.push(password(path));
    }
    if server.is_some_and(|it| it.files.is_empty()) {
        lacks.push(format!("`{path}.config: null`"));
    }
    if server.is_some_and(|it| it.exposure != Exposure::Internal) {
        lacks.push(format!("`{path}.exposure: internal`"));
    }
    if !endpoint.proxied {
        lacks.push(format!("`{path}.proxied: true`"));
        // A pod's proxy calls the servers by their full names.
        if topology.kubernetes.namespace.is_none() {
            lacks.push("`kubernetes.namespace: NAMESPACE`".to_owned());
        }
    }
    lacks
}

/// That a datastore has a password.
pub(super) fn password(path: &str) -> String {
    format!("`{path}.password: {{ secret: NAME, key: KEY }}`")
}

/// Those that vote belong to whose primary they vote on.
fn owner(system: &System, part: usize) -> usize {
    system.parts.iter().position(|it| it.voters() == Some(part)).unwrap_or(part)
}

impl Key {
    fn of(system: &System, part: usize, name: &str, scheme: Option<&str>) -> Self {
        let it = &system.parts[part];
        let (room, several) = match it.role {
            Role::Service | Role::Synchroniser => ("services", "replicas"),
            Role::Voter => ("datastores", "sentinels"),
            Role::Balancer => return Self { path: "balancer".to_owned(), ..Self::default() },
            Role::External => ("datastores", ""),
            Role::Datastore => match it.shape {
                Shape::PrimaryReplica { .. } => ("datastores", "replicas"),
                Shape::Quorum => ("datastores", "size"),
                // One alone: what makes several of it depends on what it speaks.
                Shape::AnyOf if scheme.is_none_or(|scheme| scheme == "redis") => ("datastores", "mode"),
                Shape::AnyOf => ("datastores", "size"),
            },
        };
        let name =
            if it.role == Role::Voter && scheme.is_none() { &system.parts[owner(system, part)].name } else { name };
        Self { path: format!("{room}.{name}"), several, ..Self::default() }
    }
}
