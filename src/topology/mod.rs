//! The model: what runs, where it may run, what it needs, and how it is told. Targets and the failure
//! analysis are two readers of it; neither knows a profile's syntax nor the other.
//!
//! A [`Topology`] is made by `profile::load` alone, which has refused everything impossible, so no reader checks again.

mod component;
mod endpoint;
mod options;
mod placement;
mod redundancy;

pub use component::{
    Component, ConfigFile, EnvVar, Exposure, Port, Probe, ProbeAction, Probes, Resources, Role, SecretFile, Shutdown,
    Storage,
};
pub use endpoint::{AddressForm, Check, Endpoint, EnvValue, Need, Place, SecretRef, TcpStep};
pub use options::{Balancer, Compose, Discovery, KubeVersion, Kubernetes, Labels, PodSecurity};
pub use placement::{Placement, Spread};
pub use redundancy::Redundancy;

use crate::grammar::{Name, SecretKey};

/// A whole control plane, valid and complete.
#[derive(Debug, Clone)]
pub struct Topology {
    /// The profile's name: of a built-in, or a file's name without its ending.
    pub profile: String,
    /// The profile's own one-line summary, where it has one.
    pub summary: Option<String>,
    /// What the deployment belongs to: namespace, Compose project and `part-of` label by default.
    pub project: Name,
    /// What runs, datastores first, each in the profile's order.
    pub components: Vec<Component>,
    /// How each datastore is reached, in the profile's order. In-memory stores have none.
    pub endpoints: Vec<Endpoint>,
    /// Where it runs.
    pub placement: Placement,
    /// Secrets that the operator provides, with their keys.
    pub secrets: Vec<Secret>,
    /// What only Kubernetes asks for.
    pub kubernetes: Kubernetes,
    /// What only Compose asks for.
    pub compose: Compose,
    /// How load balancers behave.
    pub balancer: Balancer,
}

/// A secret that exists outside of every artifact.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Its name.
    pub name: Name,
    /// Its keys.
    pub keys: Vec<SecretKey>,
}

impl Topology {
    /// The component of a name.
    pub fn component(&self, name: &Name) -> Option<&Component> {
        self.components.iter().find(|component| component.name == *name)
    }

    /// The endpoint of a datastore by its name in the profile.
    pub fn endpoint(&self, datastore: &Name) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.datastore == *datastore)
    }

    /// The endpoints a component needs.
    pub fn endpoints_of<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = (&'a Need, &'a Endpoint)> {
        component.needs.iter().filter_map(|need| Some((need, self.endpoint(&need.datastore)?)))
    }

    /// Those endpoints of a component that stand behind a proxy.
    pub fn proxied<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = (&'a Need, &'a Endpoint)> {
        self.endpoints_of(component).filter(|(_, endpoint)| endpoint.proxied)
    }

    /// The services: what clients call.
    pub fn services(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| component.role == Role::Service)
    }
}
