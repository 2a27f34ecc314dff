//! Services: a stable address for any of a component's pods, and names for each of those that differ.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::topology::{Component, Exposure, Topology};

use super::meta;

pub(super) fn services(topology: &Topology, component: &Component) -> Vec<Service> {
    let mut out = Vec::new();
    if component.has_identity() {
        out.push(Service {
            metadata: meta::metadata(topology, component, meta::headless_name(component)),
            spec: Some(ServiceSpec {
                cluster_ip: Some("None".to_owned()),
                // Members must find one another before any of them is ready.
                publish_not_ready_addresses: component.members.then_some(true),
                ..spec(topology, component, false)
            }),
            ..Service::default()
        });
    }
    // Nobody calls a worker.
    if component.ports.is_empty() {
        return out;
    }
    if component.members {
        out.extend((0..component.replicas()).map(|number| member(topology, component, number)));
    } else {
        out.push(Service {
            metadata: meta::metadata(topology, component, component.name.as_str()),
            spec: Some(spec(topology, component, true)),
            ..Service::default()
        });
    }
    out
}

/// The address of one member, which stays while its pod moves. There is none for "any of them": half of what is
/// called without knowing whom would go to the wrong one.
fn member(topology: &Topology, component: &Component, number: u32) -> Service {
    let name = meta::member_name(component, number);
    let mut spec = spec(topology, component, true);
    if let Some(selector) = &mut spec.selector {
        selector.insert(POD_NAME_LABEL.to_owned(), name.clone());
    }
    Service {
        metadata: meta::metadata(topology, component, name),
        spec: Some(ServiceSpec { publish_not_ready_addresses: Some(true), ..spec }),
        ..Service::default()
    }
}

/// The label that Kubernetes puts on each pod of a StatefulSet.
const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";

fn spec(topology: &Topology, component: &Component, exposed: bool) -> ServiceSpec {
    let kind = match component.exposure {
        Exposure::NodePort if exposed => Some("NodePort"),
        Exposure::LoadBalancer if exposed => Some("LoadBalancer"),
        _ => None,
    };
    let ports = component.ports.iter().map(|port| ServicePort {
        name: Some(port.name.to_string()),
        port: i32::from(if exposed { port.service } else { port.container }),
        target_port: Some(IntOrString::Int(i32::from(meta::entrance(topology, component, port)))),
        node_port: port.published.filter(|_| exposed).map(|port| i32::from(port.value)),
        protocol: Some("TCP".to_owned()),
        ..ServicePort::default()
    });
    ServiceSpec {
        type_: kind.map(str::to_owned),
        selector: Some(meta::selector_labels(topology, component)),
        ports: Some(ports.collect()),
        ..ServiceSpec::default()
    }
}
