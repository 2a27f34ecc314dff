//! The model: what runs, where it may run, what it needs, and how it is told. Targets and the failure
//! analysis are two readers of it; neither knows a profile's syntax nor the other.
//!
//! A [`Topology`] is made by `profile::load` alone, which has refused everything impossible, so no reader checks again.

mod care;
mod component;
mod endpoint;
mod guarantee;
mod options;
mod placement;
mod platform;
mod redundancy;

pub use care::{Ask, Backup, Care};
pub use component::{
    Certificate, Component, ConfigFile, EnvVar, Exposure, Following, Part, Port, Probe, ProbeAction, Probes, Procedure,
    Reads, Resources, Role, SecretFile, Shutdown, Storage, Synchronises, VolumeSource,
};
pub use endpoint::{
    AddressForm, Check, Encrypts, Endpoint, EndpointTls, EnvValue, MemberPart, Need, Place, SecretRef, TcpStep,
};
pub use guarantee::{AGAINST, Accepts, Guarantee};
pub use options::{
    Balancer, BalancerVersion, Compose, Discovery, KubeVersion, Kubernetes, Labels, PodSecurity, Timing, Tls, Vip,
};
pub use placement::{Capacity, Host, Placement, Spread};
pub use platform::Platform;
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
    /// What the author demands of it, in the profile's order.
    pub guarantees: Vec<Guarantee>,
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

    /// The endpoints at which a component answers.
    pub fn endpoints_at<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = &'a Endpoint> {
        let at = |endpoint: &&Endpoint| matches!(&endpoint.place, Place::Component(name) if *name == component.name);
        self.endpoints.iter().filter(at)
    }

    /// The endpoints a component needs.
    pub fn endpoints_of<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = (&'a Need, &'a Endpoint)> {
        component.needs.iter().filter_map(|need| Some((need, self.endpoint(&need.datastore)?)))
    }

    /// Those endpoints of a component that stand behind a proxy.
    pub fn proxied<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = (&'a Need, &'a Endpoint)> {
        self.endpoints_of(component).filter(|(_, endpoint)| endpoint.proxied)
    }

    /// Secrets that hold certificates or keys in PEM.
    pub fn pem(&self) -> impl Iterator<Item = &SecretRef> {
        let endpoints = self.endpoints.iter().filter_map(|endpoint| endpoint.tls.as_ref());
        let endpoints = endpoints.flat_map(|tls| tls.ca.iter().chain(tls.client.iter().flat_map(Tls::secrets)));
        let files = self.components.iter().flat_map(|component| &component.secret_files);
        let files = files.filter(|file| file.pem).map(|file| &file.secret);
        self.balancer.tls.iter().flat_map(Tls::secrets).chain(files).chain(endpoints)
    }

    /// Whether a key of a secret holds certificates or keys in PEM.
    pub fn is_pem(&self, secret: &SecretRef) -> bool {
        self.pem().any(|it| it == secret)
    }

    /// What keeps the disks of a component alike, and how; `None` where nothing does.
    pub fn synchroniser(&self, component: &Component) -> Option<(&Component, &Synchronises)> {
        let of = |it: &'_ &Component| it.synchronises.as_ref().is_some_and(|of| of.component == component.name);
        let synchroniser = self.components.iter().find(of)?;
        Some((synchroniser, synchroniser.synchronises.as_ref()?))
    }

    /// The services: what clients call.
    pub fn services(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| component.role == Role::Service)
    }
}
