//! The proxy beside each replica that needs a datastore. The service calls its datastores through it on loopback; it
//! closes the connections of a dead or hung one, which the services' own pools never do. Clients call the service
//! through it too: while a required datastore is away they get an honest 503 at once, where the service would answer
//! with errors or with lies, and where a probe would need seconds to notice.

use k8s_openapi::api::core::v1::{
    ConfigMap, Container, ContainerPort, HTTPGetAction, KeyToPath, Probe, ProjectedVolumeSource, SecretProjection,
    Volume, VolumeMount, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::balancer::haproxy::{self, Logs, Part, Server};
use crate::target::ports::Ports;
use crate::topology::{Component, Endpoint, Place, Role, SecretRef, Topology};

use super::{container, meta};

/// Health and metrics of the proxy.
pub(super) const STATUS_PORT: u16 = 8404;
const FILE: &str = "haproxy.cfg";
const DIRECTORY: &str = "/usr/local/etc/haproxy";

/// The proxy's container name, and the end of its ConfigMap's name.
pub(super) const NAME: &str = "datastore-proxy";

/// Where clients' requests enter a pod whose service must not answer without its datastore, or whose clients encrypt;
/// `None` where they go to the service itself.
pub(super) fn front_port(topology: &Topology, component: &Component) -> Option<u16> {
    let required = topology.proxied(component).any(|(need, _)| need.required);
    let decrypts = component.role == Role::Service && topology.balancer.tls.is_some();
    let own = component.main_port().filter(|_| required || decrypts)?.container;
    let mut ports = Ports::taken(component.ports.iter().map(|port| port.container).chain([STATUS_PORT]));
    for (_, port) in local_ports(topology, component) {
        ports.take(port);
    }
    Some(ports.take(own.checked_add(FRONT_OFFSET).unwrap_or(own)))
}

/// What is added to the service's own port for the one in front of it.
const FRONT_OFFSET: u16 = 10_000;

/// Each proxied datastore of a component with the loopback port it is called at.
pub(super) fn local_ports<'a>(topology: &'a Topology, component: &'a Component) -> Vec<(&'a Endpoint, u16)> {
    let mut ports = Ports::taken(component.ports.iter().map(|port| port.container).chain([STATUS_PORT]));
    topology.proxied(component).map(|(_, endpoint)| (endpoint, ports.take(endpoint.port))).collect()
}

pub(super) fn config_map_name(component: &Component) -> String {
    format!("{}-{NAME}", component.name)
}

/// The proxy's configuration; `None` for a component that needs no proxy.
pub(super) fn config_text(topology: &Topology, component: &Component) -> Option<String> {
    let local = local_ports(topology, component);
    let front = front(topology, component);
    if local.is_empty() && front.is_none() {
        return None;
    }
    let datastores = local.into_iter().map(|(endpoint, port)| haproxy::Datastore {
        endpoint,
        bind: format!("127.0.0.1:{port}"),
        servers: match &endpoint.place {
            Place::Component(name) => match topology.component(name).filter(|component| component.members) {
                Some(component) => {
                    meta::members(topology, component).into_iter().map(|(name, at)| Server::plain(name, at)).collect()
                }
                None => one(endpoint, meta::dns_name(topology, name.as_str())),
            },
            Place::External(host) => one(endpoint, host.to_string()),
        },
    });
    let config = haproxy::Config {
        operated: false,
        logs: Logs::Raw,
        secrets: haproxy::SECRETS,
        status: format!(":{STATUS_PORT}"),
        nameserver: None,
        // The addresses are those of Services, which stay.
        hold_valid: "10s",
        services: front.into_iter().collect(),
        datastores: datastores.collect(),
    };
    Some(haproxy::render(&config, topology))
}

fn front<'a>(topology: &Topology, component: &'a Component) -> Option<haproxy::HttpService<'a>> {
    let own = component.main_port()?.container;
    Some(haproxy::HttpService {
        component,
        name: component.name.to_string(),
        part: Part::Beside,
        bind: format!(":{}", front_port(topology, component)?),
        servers: vec![Server::plain(component.name.as_str(), format!("127.0.0.1:{own}"))],
        relayed: false,
        sharing: 1,
        synchroniser: None,
    })
}

fn one(endpoint: &Endpoint, host: String) -> Vec<Server> {
    vec![Server::plain(endpoint.datastore.as_str(), format!("{host}:{}", endpoint.port))]
}

pub(super) fn config_map(topology: &Topology, component: &Component, text: &str) -> ConfigMap {
    ConfigMap {
        metadata: meta::metadata(topology, component, config_map_name(component)),
        data: Some([(FILE.to_owned(), text.to_owned())].into()),
        ..ConfigMap::default()
    }
}

/// Certificates and keys it reads, with their files' names.
fn secrets<'a>(topology: &'a Topology, component: &'a Component) -> Vec<(&'a SecretRef, String)> {
    let serves_clients = front_port(topology, component).is_some();
    haproxy::secrets(topology, serves_clients, topology.proxied(component).map(|(_, endpoint)| endpoint))
}

/// Where the pod keeps them.
const SECRETS: &str = "datastore-proxy-secrets";

/// The same as a volume: keys of several secrets in one directory.
pub(super) fn secret_volume(topology: &Topology, component: &Component) -> Option<Volume> {
    let source = |(secret, path): (&SecretRef, String)| VolumeProjection {
        secret: Some(SecretProjection {
            name: secret.secret.to_string(),
            items: Some(vec![KeyToPath { key: secret.key.to_string(), path, mode: None }]),
            optional: None,
        }),
        ..VolumeProjection::default()
    };
    let sources: Vec<VolumeProjection> = secrets(topology, component).into_iter().map(source).collect();
    (!sources.is_empty()).then(|| Volume {
        name: SECRETS.to_owned(),
        projected: Some(ProjectedVolumeSource { sources: Some(sources), default_mode: None }),
        ..Volume::default()
    })
}

/// The proxy as a native sidecar: it starts before the service and ends after it.
pub(super) fn container(topology: &Topology, component: &Component) -> Container {
    let port = |name: &str, number: u16| ContainerPort {
        name: Some(name.to_owned()),
        container_port: i32::from(number),
        ..ContainerPort::default()
    };
    let ports = [port("status", STATUS_PORT)];
    let ports = ports.into_iter().chain(front_port(topology, component).map(|number| port("front", number)));
    let ask = |path: &str, period: i32, failures: i32| Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::Int(i32::from(STATUS_PORT)),
            ..HTTPGetAction::default()
        }),
        period_seconds: Some(period),
        timeout_seconds: Some(2),
        failure_threshold: Some(failures),
        ..Probe::default()
    };
    let mount = |name: &str, path: &str| VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: Some(true),
        ..VolumeMount::default()
    };
    let mut mounts = vec![mount(NAME, DIRECTORY)];
    if !secrets(topology, component).is_empty() {
        mounts.push(mount(SECRETS, haproxy::SECRETS));
    }
    Container {
        name: NAME.to_owned(),
        image: Some(topology.balancer.image.to_string()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        restart_policy: Some("Always".to_owned()),
        command: Some(["haproxy", "-W", "-db", "-f", &format!("{DIRECTORY}/{FILE}")].map(str::to_owned).to_vec()),
        ports: Some(ports.collect()),
        startup_probe: Some(ask("/healthz", 1, 30)),
        liveness_probe: Some(container::killing(ask("/healthz", 5, 3))),
        // Longer than a failover takes: a pod that leaves the Service for a moment costs more than the honest
        // answers it gives meanwhile.
        readiness_probe: Some(ask("/readyz", 2, 5)),
        // Some hundred connections; the limit leaves room for a reload's second process.
        resources: Some(container::resources_of(Some("25m"), Some("32Mi"), None, Some("96Mi"))),
        security_context: container::security(topology),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}
