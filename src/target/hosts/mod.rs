//! What runs on which host, and where it is called from another: for every target that places replicas itself.

mod instance;
pub(super) mod refusals;
pub(super) mod text;
pub(super) mod vip;

use crate::grammar::Name;
use crate::topology::{Component, Endpoint, EnvValue, EnvVar, Exposure, Host, MemberPart, Place, Role, Topology};

pub(super) use instance::Instance;

/// Where a host's balancer answers for its health and metrics.
pub(super) const STATUS_PORT: u16 = 8404;

/// One host with everything around it.
pub(super) struct Site<'a> {
    /// The whole.
    pub(super) topology: &'a Topology,
    /// The host; `None` where there is only one, which needs no name.
    pub(super) host: Option<&'a Host>,
    instances: Vec<Instance<'a>>,
}

impl<'a> Site<'a> {
    /// Every host's, in the profile's order; one where hosts have no names. `taken` are ports that no replica may have.
    pub(super) fn all(topology: &'a Topology, taken: &[u16]) -> Vec<Self> {
        let site = |host| Self { topology, host, instances: Instance::all(topology, taken) };
        if topology.placement.hosts.len() < 2 {
            return vec![site(None)];
        }
        topology.placement.hosts.iter().map(|host| site(Some(host))).collect()
    }

    /// Whether there are others.
    pub(super) fn is_one_of_several(&self) -> bool {
        self.host.is_some()
    }

    /// Every replica, wherever it runs.
    pub(super) fn everywhere(&self) -> &[Instance<'a>] {
        &self.instances
    }

    /// The replicas of this host.
    pub(super) fn here(&self) -> impl Iterator<Item = &Instance<'a>> {
        self.instances.iter().filter(|instance| self.is_here(instance))
    }

    /// The replicas of services on this host that clients call.
    pub(super) fn called(&self) -> impl Iterator<Item = &Instance<'a>> {
        self.here().filter(|it| it.component.role == Role::Service && it.component.main_port().is_some())
    }

    /// The components that have a replica on this host.
    pub(super) fn components(&self) -> impl Iterator<Item = &'a Component> {
        self.topology
            .components
            .iter()
            .filter(|component| self.here().any(|instance| instance.component.name == component.name))
    }

    /// The replicas of one component.
    pub(super) fn of(&self, component: &Component) -> impl Iterator<Item = &Instance<'a>> {
        self.instances.iter().filter(|instance| instance.component.name == component.name)
    }

    /// What keeps a replica's disk like the others'.
    pub(super) fn synchroniser(&self, instance: &Instance<'_>) -> Option<&Instance<'a>> {
        let (component, _) = self.topology.synchroniser(instance.component)?;
        self.of(component).find(|synchroniser| synchroniser.number == instance.number)
    }

    /// The replica whose disk a synchroniser keeps.
    pub(super) fn synchronised(&self, synchroniser: &Instance<'_>) -> Option<&Instance<'a>> {
        let of = self.topology.component(&synchroniser.component.synchronises.as_ref()?.component)?;
        self.of(of).find(|instance| instance.number == synchroniser.number)
    }

    /// Whether a replica runs on this host.
    pub(super) fn is_here(&self, instance: &Instance<'_>) -> bool {
        instance.host.map(|host| &host.name) == self.host.map(|host| &host.name)
    }

    /// Servers behind an endpoint: their names, and the replica where it is one of this topology's.
    pub(super) fn behind<'s>(&'s self, endpoint: &'s Endpoint) -> Vec<(String, Behind<'s>)> {
        let name = match &endpoint.place {
            Place::External(host) => {
                let address = format!("{host}:{}", endpoint.port);
                return vec![(endpoint.datastore.to_string(), Behind::Elsewhere(address))];
            }
            Place::Component(name) => name,
        };
        let Some(component) = self.topology.component(name) else { return Vec::new() };
        let name = |instance: &Instance<'_>| {
            if component.members { instance.name.clone() } else { endpoint.datastore.to_string() }
        };
        self.of(component).map(|instance| (name(instance), Behind::Replica(instance))).collect()
    }

    /// Hosts and ports where a datastore is called that nothing stands in front of. `address` says where this host calls
    /// a replica.
    pub(super) fn directly(
        &self,
        endpoint: &Endpoint,
        address: impl Fn(&Instance<'_>) -> String,
    ) -> Vec<(String, String)> {
        let behind = self.behind(endpoint).into_iter().map(|(_, behind)| match behind {
            Behind::Elsewhere(address) => address,
            Behind::Replica(instance) => address(instance),
        });
        let split = |address: String| {
            let (host, port) = address.rsplit_once(':')?;
            Some((host.to_owned(), port.to_owned()))
        };
        behind.filter_map(split).collect()
    }

    /// A replica's environment but for its secrets.
    pub(super) fn environment(&self, instance: &Instance<'_>, ways: &Ways<'_>) -> Vec<(String, String)> {
        let variables = instance.component.env.iter();
        let value = |variable: &EnvVar| self.value(instance, ways, &variable.value);
        variables.filter_map(|variable| Some((variable.name.to_string(), value(variable)?))).collect()
    }

    /// A value as text; `None` for a secret.
    fn value(&self, instance: &Instance<'_>, ways: &Ways<'_>, value: &EnvValue) -> Option<String> {
        let written = |of: &Instance<'_>, parts| MemberPart::write(parts, &of.name, |port| (ways.member)(of, port));
        Some(match value {
            EnvValue::Literal(text) => text.as_str().to_owned(),
            EnvValue::Secret(_) => return None,
            EnvValue::Own(parts) => written(instance, parts),
            EnvValue::Members { component, parts, between } => {
                let members = self.topology.component(component).into_iter().flat_map(|component| self.of(component));
                members.map(|member| written(member, parts)).collect::<Vec<_>>().join(between)
            }
            EnvValue::OfMember { number, value, others } => {
                return self.value(instance, ways, if instance.number == *number { value } else { others });
            }
            EnvValue::Service { service, form } => form.write(scheme(self.topology), &[(ways.service)(service)]),
            EnvValue::Address { datastore, form } => {
                let endpoint = self.topology.endpoint(datastore)?;
                form.write(&endpoint.scheme, &(ways.datastore)(endpoint))
            }
        })
    }
}

/// Where a host's replicas call others: host and port.
pub(super) struct Ways<'f> {
    /// A datastore, at every place where it is called.
    pub(super) datastore: &'f dyn Fn(&Endpoint) -> Vec<(String, String)>,
    /// A service.
    pub(super) service: &'f dyn Fn(&Name) -> (String, String),
    /// `host:port` of a member at its main port, or at the port of a name.
    pub(super) member: &'f dyn Fn(&Instance<'_>, Option<&Name>) -> String,
}

/// A server behind an endpoint.
pub(super) enum Behind<'a> {
    /// Of this topology.
    Replica(&'a Instance<'a>),
    /// Somebody else's, `host:port`.
    Elsewhere(String),
}

/// A host's address; that of every host for itself where there is only one.
pub(super) fn address(host: Option<&Host>) -> String {
    host.map_or_else(|| "127.0.0.1".to_owned(), |host| host.address.value.to_string())
}

/// Ports of a host that clients call.
pub(super) fn published(topology: &Topology) -> impl Iterator<Item = u16> {
    topology
        .services()
        .filter(|component| component.exposure != Exposure::Internal)
        .filter_map(|component| component.main_port().map(text::host_port))
}

/// The variables by which clients are told of services. `alone` is the address of the one host.
pub(super) fn endpoints(topology: &Topology, alone: &str) -> Vec<(String, String)> {
    let hosts = &topology.placement.hosts;
    let host = match (&topology.balancer.vip, hosts.first()) {
        (Some(vip), _) => vip.address.to_string(),
        (None, Some(host)) if hosts.len() > 1 => host.address.value.to_string(),
        _ => alone.to_owned(),
    };
    let scheme = scheme(topology);
    let port = |component: &Component| component.main_port().map(text::host_port);
    topology
        .services()
        .filter(|component| component.exposure != Exposure::Internal)
        .filter_map(|component| {
            Some((component.client_env.as_ref()?.to_string(), format!("{scheme}://{host}:{}", port(component)?)))
        })
        .collect()
}

/// What clients speak.
pub(super) fn scheme(topology: &Topology) -> &'static str {
    if topology.balancer.tls.is_some() { "https" } else { "http" }
}

/// How many balancers pass requests to the same replicas at the same time: behind an address that moves one of them
/// has all clients; without it, clients may be at every one of them.
pub(super) fn sharing(topology: &Topology) -> u32 {
    let all = if topology.balancer.vip.is_some() { 1 } else { topology.placement.hosts.len() };
    u32::try_from(all).unwrap_or(u32::MAX)
}

/// How long an operator waits, in seconds, when a replica is drained.
pub(super) struct Pause {
    /// Until other hosts' balancers have noticed that it is drained, or back.
    pub(super) noticed: u64,
    /// Until then, and the slowest answer has come.
    pub(super) left: u64,
}

impl Pause {
    pub(super) fn of(site: &Site<'_>) -> Self {
        // Until two checks have failed, or succeeded, with their time to answer.
        let interval = site.topology.services().filter_map(|it| it.check.as_ref()).map(|check| check.interval.0).max();
        let noticed = if site.is_one_of_several() { 2 * interval.unwrap_or(500) + 500 } else { 0 };
        let left = noticed + site.topology.balancer.server_timeout.0;
        Self { noticed: noticed.div_ceil(1000), left: left.div_ceil(1000) }
    }
}
