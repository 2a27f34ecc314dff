//! Flows: everything is refused but what the topology needs.

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::topology::{Component, Endpoint, Exposure, Place, Topology};

use super::meta;

/// Nothing in, nothing out; but names must resolve.
pub(super) fn defaults(topology: &Topology) -> Vec<NetworkPolicy> {
    let object = |name: &str, spec: NetworkPolicySpec| NetworkPolicy {
        metadata: ObjectMeta { labels: Some(meta::common_labels(topology)), ..meta::named(topology, name) },
        spec: Some(spec),
    };
    // Of the whole namespace unless it is somebody else's: then only of what belongs to this deployment.
    let everything = LabelSelector {
        match_labels: topology.kubernetes.namespace.is_none().then(|| meta::common_labels(topology)),
        ..LabelSelector::default()
    };
    // Cluster DNS answers from pods, from the node's own cache or from outside: only the port is common.
    let dns = NetworkPolicyEgressRule { ports: Some(vec![port("UDP", 53), port("TCP", 53)]), to: None };
    vec![
        object(
            "default-deny",
            NetworkPolicySpec {
                pod_selector: Some(everything.clone()),
                policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
                ..NetworkPolicySpec::default()
            },
        ),
        object(
            "allow-dns",
            NetworkPolicySpec {
                pod_selector: Some(everything),
                policy_types: Some(vec!["Egress".to_owned()]),
                egress: Some(vec![dns]),
                ..NetworkPolicySpec::default()
            },
        ),
    ]
}

/// Who may call a component, and whom it calls.
pub(super) fn policy(topology: &Topology, component: &Component) -> NetworkPolicy {
    let ports: Vec<NetworkPolicyPort> =
        component.ports.iter().map(|own| port("TCP", meta::entrance(topology, component, own))).collect();
    let clients: Vec<NetworkPolicyPeer> = topology
        .components
        .iter()
        .filter(|client| calls(topology, client, component))
        .map(|client| peer(topology, client))
        .collect();
    // Calls from outside arrive with the address of a node or of the client: no pod selector matches them. An
    // internal service without known clients is open to the namespace, or it could not be called at all.
    let from = match component.exposure {
        Exposure::NodePort | Exposure::LoadBalancer => None,
        Exposure::Internal if clients.is_empty() => Some(vec![NetworkPolicyPeer {
            pod_selector: Some(LabelSelector::default()),
            ..NetworkPolicyPeer::default()
        }]),
        Exposure::Internal => Some(clients),
    };
    let called = component.calls.iter().filter_map(|name| topology.component(name));
    let members = called.map(|target| NetworkPolicyEgressRule {
        ports: Some(target.ports.iter().map(|own| port("TCP", meta::entrance(topology, target, own))).collect()),
        to: Some(vec![peer(topology, target)]),
    });
    let egress: Vec<NetworkPolicyEgressRule> =
        topology.endpoints_of(component).map(|(_, endpoint)| egress(topology, endpoint)).chain(members).collect();
    let mut types = vec!["Ingress".to_owned()];
    if !egress.is_empty() {
        types.push("Egress".to_owned());
    }
    NetworkPolicy {
        metadata: meta::metadata(topology, component, component.name.as_str()),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(meta::selector(topology, component)),
            policy_types: Some(types),
            // A rule without ports would let in everything.
            ingress: (!ports.is_empty()).then(|| vec![NetworkPolicyIngressRule { from, ports: Some(ports) }]),
            egress: (!egress.is_empty()).then_some(egress),
        }),
    }
}

fn calls(topology: &Topology, client: &Component, component: &Component) -> bool {
    client.calls.contains(&component.name)
        || topology.endpoints_of(client).any(|(_, endpoint)| is_at(endpoint, component))
}

fn is_at(endpoint: &Endpoint, component: &Component) -> bool {
    matches!(&endpoint.place, Place::Component(name) if *name == component.name)
}

fn egress(topology: &Topology, endpoint: &Endpoint) -> NetworkPolicyEgressRule {
    match &endpoint.place {
        Place::Component(name) => {
            let target = topology.component(name);
            let container = target.and_then(Component::main_port).map_or(endpoint.port, |port| port.container);
            NetworkPolicyEgressRule {
                ports: Some(vec![port("TCP", container)]),
                to: target.map(|target| vec![peer(topology, target)]),
            }
        }
        Place::External(host) => NetworkPolicyEgressRule {
            ports: Some(vec![port("TCP", endpoint.port)]),
            // A name has no address a policy could hold: its port alone is let out.
            to: host.as_str().parse::<std::net::IpAddr>().ok().map(|address| {
                let cidr = format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 });
                vec![NetworkPolicyPeer {
                    ip_block: Some(IPBlock { cidr, except: None }),
                    ..NetworkPolicyPeer::default()
                }]
            }),
        },
    }
}

fn peer(topology: &Topology, component: &Component) -> NetworkPolicyPeer {
    NetworkPolicyPeer { pod_selector: Some(meta::selector(topology, component)), ..NetworkPolicyPeer::default() }
}

fn port(protocol: &str, number: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(i32::from(number))),
        protocol: Some(protocol.to_owned()),
        ..NetworkPolicyPort::default()
    }
}
