//! Where in a profile each part is described.

use crate::failure::{Role, Shape, System};
use crate::topology::{Place, Timing, Topology};

/// For each part of a system, its place in the profile.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// By the part's index.
    pub parts: Vec<Key>,
    /// Whether the profile names its machines.
    pub hosts: bool,
    /// Whether its balancers are already as quick as they can be.
    pub quick: bool,
}

/// A part's place in the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `services.NAME`, `datastores.NAME` or `balancer`.
    pub path: String,
    /// Key below it that says how many there are, or that makes several of one: `replicas`, `size`, `mode`, ...
    pub several: &'static str,
    /// `datastores.NAME` of the one that is in a service's memory, where it has such a one.
    pub memory: Option<String>,
}

impl Keys {
    /// Of parts that are called as in their profile.
    pub fn plain(system: &System) -> Self {
        let parts = (0..system.parts.len()).map(|part| Key::of(system, part, &system.parts[part].name, None));
        Self { parts: parts.collect(), hosts: false, quick: false }
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
            match in_profile(name) {
                Some(endpoint) => Key::of(system, index, endpoint.datastore.as_str(), Some(&endpoint.scheme)),
                None => {
                    let it = topology.components.iter().find(|it| it.name.as_str() == name);
                    let of =
                        it.and_then(|it| it.synchronises.as_ref()).map_or(name.as_str(), |of| of.component.as_str());
                    // A store that nobody reaches anywhere is in the memory of each replica.
                    let mut needs = it.into_iter().flat_map(|it| &it.needs);
                    let inside = needs.find(|need| topology.endpoint(&need.datastore).is_none());
                    let memory = inside.map(|need| format!("datastores.{}", need.datastore));
                    Key { memory, ..Key::of(system, index, of, None) }
                }
            }
        };
        Self {
            parts: (0..system.parts.len()).map(key).collect(),
            hosts: !topology.placement.hosts.is_empty(),
            quick: topology.balancer.timing == Timing::Fast,
        }
    }
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
            Role::Balancer => return Self { path: "balancer".to_owned(), several: "", memory: None },
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
        Self { path: format!("{room}.{name}"), several, memory: None }
    }
}
