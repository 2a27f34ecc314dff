//! What a topology is as a [`System`]: which parts there are, where their members stand, and how long things take.

pub(super) mod clocks;
mod ground;
mod hosts;
mod kubernetes;

use crate::grammar::Name;
use crate::topology::{Component, Endpoint, Place, Platform, Redundancy, Role as Kind, Spread, Storage, Topology};

use super::system::{Amounts, Clocks, Keeps, Member, Need, Part, Role, Shape, System};
use ground::Ground;

/// What can fail of a topology that is rendered for a platform. Parts stand in the order of the topology's components;
/// behind them what somebody else runs, then the balancers.
pub fn system(topology: &Topology, platform: Platform) -> System {
    let ground = match platform {
        Platform::Kubernetes => kubernetes::ground(topology),
        Platform::Hosts => hosts::ground(topology),
    };
    let mut parts: Vec<Part> =
        topology.components.iter().map(|component| part(topology, platform, &ground, component)).collect();
    // What each component needs; those that are somebody else's get their place behind the components.
    let elsewhere: Vec<&Endpoint> =
        topology.endpoints.iter().filter(|it| matches!(it.place, Place::External(_))).collect();
    for (component, index) in topology.components.iter().zip(0..) {
        parts[index].needs = needs(topology, &elsewhere, component);
    }
    for endpoint in elsewhere {
        parts.push(external(endpoint, &parts));
    }
    let mut unknown = unknown(topology);
    match platform {
        Platform::Kubernetes => unknown.extend(kubernetes::unknown(topology)),
        Platform::Hosts => {
            hosts::balance(topology, &ground, &mut parts);
            unknown.extend(hosts::unknown(topology));
        }
    }
    System {
        name: topology.profile.clone(),
        target: platform.as_str().to_owned(),
        nodes: ground.nodes,
        zones: ground.zones,
        parts,
        capacity: capacity(topology),
        unknown,
    }
}

fn part(topology: &Topology, platform: Platform, ground: &Ground, component: &Component) -> Part {
    let mut clocks = match platform {
        Platform::Kubernetes => kubernetes::clocks(topology, component),
        Platform::Hosts => hosts::clocks(topology, component),
    };
    let chosen_by = voters(topology, component).and_then(|name| topology.component(name));
    if let Some(Redundancy::Quorum { agree, .. }) = chosen_by.map(|it| it.redundancy) {
        clocks.takeover.agree = agree;
        // start-replica.sh
        clocks.takeover.asks = true;
    }
    let name = |number: u32| match platform {
        // A pod of a set that keeps its disks has a number of its own, counted from 0.
        Platform::Kubernetes if component.has_identity() => format!("{}-{}", component.name, number - 1),
        _ => component.replica_name(number),
    };
    // Who is written stands first.
    let first = writer(topology, component);
    let mut numbers: Vec<u32> = (1..=component.replicas()).collect();
    numbers.sort_by_key(|number| *number != first);
    Part {
        name: component.name.to_string(),
        role: role(topology, component),
        shape: shape(topology, component),
        members: numbers
            .into_iter()
            .map(|number| Member { name: name(number), node: Some(ground.node_of(number)) })
            .collect(),
        needs: Vec::new(),
        critical: component.critical,
        keeps: keeps(topology, component),
        apart: component.spread == Spread::Required && component.replicas() > 1,
        zones: match platform {
            // `minDomains` of what `spread` of the manifests says of zones.
            Platform::Kubernetes if component.spread == Spread::Required && topology.placement.zones > 1 => {
                usize::try_from(topology.placement.zones.min(component.replicas())).unwrap_or(usize::MAX)
            }
            _ => 0,
        },
        budget: match platform {
            Platform::Kubernetes => topology.kubernetes.budgets.then(|| component.redundancy.disruptions_allowed()),
            Platform::Hosts => None,
        },
        asks: Amounts {
            cpu: component.resources.cpu.as_ref().map(|cpu| cpu.millicores),
            memory: component.resources.memory.as_ref().map(|memory| memory.value),
        },
        clocks,
    }
}

fn capacity(topology: &Topology) -> Amounts {
    let has = topology.placement.capacity.as_ref().map(|capacity| &capacity.value);
    Amounts {
        cpu: has.and_then(|has| Some(has.cpu.as_ref()?.millicores)),
        memory: has.and_then(|has| Some(has.memory.as_ref()?.value)),
    }
}

/// The number of the replica that is written, where one is; 1 otherwise.
fn writer(topology: &Topology, component: &Component) -> u32 {
    let of = component.synchronises.as_ref().and_then(|it| topology.component(&it.component));
    match &of.unwrap_or(component).storage {
        Storage::Replicated { writer, .. } => *writer,
        _ => 1,
    }
}

fn role(topology: &Topology, component: &Component) -> Role {
    if component.synchronises.is_some() {
        Role::Synchroniser
    } else if component.role == Kind::Service {
        Role::Service
    } else if topology.components.iter().any(|it| voters(topology, it).is_some_and(|of| *of == component.name)) {
        Role::Voter
    } else {
        Role::Datastore
    }
}

/// The component whose members choose a datastore's primary: those that it calls, who must agree.
fn voters<'a>(topology: &'a Topology, component: &'a Component) -> Option<&'a Name> {
    if component.role != Kind::Datastore || !matches!(component.redundancy, Redundancy::PrimaryReplica { .. }) {
        return None;
    }
    let agree = |name: &&Name| {
        let it = topology.component(name);
        **name != component.name && it.is_some_and(|it| matches!(it.redundancy, Redundancy::Quorum { .. }))
    };
    component.calls.iter().find(agree)
}

fn index_of(topology: &Topology, name: &Name) -> Option<usize> {
    topology.components.iter().position(|it| it.name == *name)
}

fn shape(topology: &Topology, component: &Component) -> Shape {
    // Which replica is written changes by an operator's word alone: whoever is cut off must not promote itself.
    let by_hand = Shape::PrimaryReplica { voters: None, followers: 0, automatic: false };
    if matches!(component.storage, Storage::Replicated { .. }) || component.synchronises.is_some() {
        return by_hand;
    }
    match component.redundancy {
        Redundancy::Single | Redundancy::AnyOf { .. } => Shape::AnyOf,
        Redundancy::Quorum { .. } => Shape::Quorum,
        Redundancy::PrimaryReplica { .. } => Shape::PrimaryReplica {
            voters: voters(topology, component).and_then(|name| index_of(topology, name)),
            followers: clocks::FOLLOWERS,
            automatic: component.given_up_after.is_some(),
        },
    }
}

fn keeps(topology: &Topology, component: &Component) -> Keeps {
    match component.storage {
        // A new one asks the others for what it needs.
        _ if role(topology, component) == Role::Voter => Keeps::Nothing,
        Storage::Persistent { .. } | Storage::Replicated { .. } => Keeps::Disk,
        Storage::Shared { .. } => Keeps::Shared,
        Storage::None if component.synchronises.is_some() => Keeps::Nothing,
        Storage::None if component.role == Kind::Datastore => Keeps::Memory,
        // A store that nobody reaches anywhere is in the memory of each replica.
        Storage::None if component.needs.iter().any(|need| topology.endpoint(&need.datastore).is_none()) => {
            Keeps::Memory
        }
        Storage::None => Keeps::Nothing,
    }
}

fn needs(topology: &Topology, elsewhere: &[&Endpoint], component: &Component) -> Vec<Need> {
    let mut out = Vec::new();
    let mut need = |part: Option<usize>, honest: bool| out.extend(part.map(|part| Need { part, honest }));
    if component.role == Kind::Datastore {
        need(voters(topology, component).and_then(|name| index_of(topology, name)), true);
        return out;
    }
    for (wanted, endpoint) in topology.endpoints_of(component) {
        let part = match &endpoint.place {
            Place::Component(name) => index_of(topology, name),
            Place::External(_) => elsewhere
                .iter()
                .position(|it| it.datastore == endpoint.datastore)
                .map(|at| topology.components.len() + at),
        };
        // What stands in front of the service refuses for it while the datastore is away. Nobody asks a worker, and
        // answers that can do without the datastore are right without it.
        let guarded = wanted.required && endpoint.proxied;
        need(part, guarded || !endpoint.critical || component.main_port().is_none());
    }
    for called in component.calls.iter().filter(|name| **name != component.name) {
        need(index_of(topology, called), true);
    }
    let synchroniser = topology.synchroniser(component);
    need(synchroniser.and_then(|(it, _)| index_of(topology, &it.name)), true);
    out
}

/// Those that call a datastore's one server themselves. (Clients of several are told of all and choose by themselves.)
fn direct<'a>(topology: &'a Topology, component: &'a Component) -> impl Iterator<Item = &'a Component> {
    let alone = component.redundancy == Redundancy::Single && component.role == Kind::Datastore;
    let calls = move |client: &&Component| {
        topology.endpoints_of(client).any(|(_, endpoint)| {
            !endpoint.proxied && matches!(&endpoint.place, Place::Component(name) if *name == component.name)
        })
    };
    topology.services().filter(move |_| alone).filter(calls)
}

/// A datastore of somebody else: it answers or it does not.
fn external(endpoint: &Endpoint, others: &[Part]) -> Part {
    Part {
        role: Role::External,
        critical: endpoint.critical,
        members: vec![Member { name: unique(endpoint.datastore.as_str(), others), node: None }],
        ..alone(unique(endpoint.datastore.as_str(), others), Role::External)
    }
}

/// A part that no component is.
fn alone(name: String, role: Role) -> Part {
    Part {
        name,
        role,
        shape: Shape::AnyOf,
        members: Vec::new(),
        needs: Vec::new(),
        critical: true,
        keeps: Keeps::Nothing,
        apart: false,
        zones: 0,
        budget: None,
        asks: Amounts::default(),
        clocks: Clocks::default(),
    }
}

/// A name that neither a part nor a member has.
fn unique(name: &str, parts: &[Part]) -> String {
    let taken = |name: &str| {
        parts.iter().any(|part| part.name == name || part.members.iter().any(|member| member.name == name))
    };
    if taken(name) { unique(&format!("{name}-elsewhere"), parts) } else { name.to_owned() }
}

/// What no platform tells.
fn unknown(topology: &Topology) -> Vec<String> {
    let shared = topology.components.iter().filter(|it| matches!(it.storage, Storage::Shared { .. }));
    shared
        .map(|it| {
            format!("Who provides the disk that the replicas of {} share keeps it available, or does not.", it.name)
        })
        .collect()
}
