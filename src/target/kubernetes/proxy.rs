//! The datastore proxy: an haproxy beside each replica. The service calls it on loopback; it closes the
//! connections of a dead or hung datastore, which the services' own pools never do, and tells the kubelet whether
//! the datastore answers, which no request to the service can.

use k8s_openapi::api::core::v1::{ConfigMap, Container, ContainerPort, HTTPGetAction, Probe, VolumeMount};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::balancer::haproxy;
use crate::target::ports::Ports;
use crate::topology::{Component, Endpoint, Place, Topology};

use super::{container, meta};

/// Health and metrics of the proxy.
const STATUS_PORT: u16 = 8404;
const FILE: &str = "haproxy.cfg";
const DIRECTORY: &str = "/usr/local/etc/haproxy";

/// The proxy's container name, and the end of its ConfigMap's name.
pub(super) const NAME: &str = "datastore-proxy";

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
    if local.is_empty() {
        return None;
    }
    let datastores = local.into_iter().map(|(endpoint, port)| haproxy::Datastore {
        endpoint,
        bind: format!("127.0.0.1:{port}"),
        servers: match &endpoint.place {
            Place::Component(name) => match topology.component(name).filter(|component| component.members) {
                Some(component) => meta::members(topology, component),
                None => one(endpoint, meta::dns_name(topology, name.as_str())),
            },
            Place::External(host) => one(endpoint, host.to_string()),
        },
    });
    let config = haproxy::Config {
        admin_socket: false,
        status: format!(":{STATUS_PORT}"),
        nameserver: None,
        // The addresses are those of Services, which stay.
        hold_valid: "10s",
        services: Vec::new(),
        datastores: datastores.collect(),
    };
    Some(haproxy::render(&config, topology))
}

fn one(endpoint: &Endpoint, host: String) -> Vec<(String, String)> {
    vec![(endpoint.datastore.to_string(), format!("{host}:{}", endpoint.port))]
}

pub(super) fn config_map(topology: &Topology, component: &Component, text: &str) -> ConfigMap {
    ConfigMap {
        metadata: meta::metadata(topology, component, config_map_name(component)),
        data: Some([(FILE.to_owned(), text.to_owned())].into()),
        ..ConfigMap::default()
    }
}

/// The proxy as a native sidecar: it starts before the service and ends after it.
pub(super) fn container(topology: &Topology) -> Container {
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
    Container {
        name: NAME.to_owned(),
        image: Some(topology.balancer.image.to_string()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        restart_policy: Some("Always".to_owned()),
        command: Some(["haproxy", "-W", "-db", "-f", &format!("{DIRECTORY}/{FILE}")].map(str::to_owned).to_vec()),
        ports: Some(vec![ContainerPort {
            name: Some("status".to_owned()),
            container_port: i32::from(STATUS_PORT),
            ..ContainerPort::default()
        }]),
        startup_probe: Some(ask("/healthz", 1, 30)),
        liveness_probe: Some(ask("/healthz", 5, 3)),
        // Out after two seconds without a datastore, back in with the first answer.
        readiness_probe: Some(ask("/readyz", 1, 2)),
        // Some hundred connections; the limit leaves room for a reload's second process.
        resources: Some(container::resources_of(Some("25m"), Some("32Mi"), None, Some("96Mi"))),
        security_context: container::security(topology),
        volume_mounts: Some(vec![VolumeMount {
            name: NAME.to_owned(),
            mount_path: DIRECTORY.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        }]),
        ..Container::default()
    }
}
