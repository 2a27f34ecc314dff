//! Names and labels.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use crate::topology::{Component, Labels, Port, Role, Topology};

use super::proxy;

type Map = BTreeMap<String, String>;

fn map<const N: usize>(pairs: [(&str, &str); N]) -> Map {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The labels that pods of a component are selected by. They never change, or a Deployment could not be updated.
pub(super) fn selector_labels(topology: &Topology, component: &Component) -> Map {
    match topology.kubernetes.labels {
        Labels::Recommended => map([
            ("app.kubernetes.io/name", component.name.as_str()),
            ("app.kubernetes.io/instance", topology.project.as_str()),
        ]),
        Labels::Name => map([("name", component.name.as_str())]),
    }
}

/// All labels of a component's objects.
pub(super) fn labels(topology: &Topology, component: &Component) -> Map {
    let mut labels = selector_labels(topology, component);
    if topology.kubernetes.labels == Labels::Recommended {
        let role = match component.role {
            Role::Service => "service",
            Role::Datastore => "datastore",
        };
        labels.extend(map([("app.kubernetes.io/component", role)]));
        labels.extend(common_labels(topology));
    }
    labels
}

/// The labels of every object.
pub(super) fn common_labels(topology: &Topology) -> Map {
    map([("app.kubernetes.io/part-of", topology.project.as_str()), ("app.kubernetes.io/managed-by", "a8ctl")])
}

/// Metadata of an object that belongs to a component.
pub(super) fn metadata(topology: &Topology, component: &Component, name: impl Into<String>) -> ObjectMeta {
    ObjectMeta { labels: Some(labels(topology, component)), ..named(topology, name) }
}

/// Metadata with a name and a namespace.
pub(super) fn named(topology: &Topology, name: impl Into<String>) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.into()),
        namespace: topology.kubernetes.namespace.as_ref().map(ToString::to_string),
        ..ObjectMeta::default()
    }
}

/// Selects the pods of a component.
pub(super) fn selector(topology: &Topology, component: &Component) -> LabelSelector {
    LabelSelector { match_labels: Some(selector_labels(topology, component)), ..LabelSelector::default() }
}

/// The Service of a name, written out where its namespace is known: short names depend on the search list of
/// who asks, and cost it several questions.
pub(super) fn dns_name(topology: &Topology, name: &str) -> String {
    match &topology.kubernetes.namespace {
        Some(namespace) => format!("{name}.{namespace}.svc.{}", topology.kubernetes.cluster_domain),
        None => name.to_owned(),
    }
}

/// The name of a member: of its pod, and of the Service that is its alone.
pub(super) fn member_name(component: &Component, number: u32) -> String {
    format!("{}-{number}", component.name)
}

/// The names by which a component is called: of each of its members, or its own.
pub(super) fn member_names(component: &Component) -> Vec<String> {
    if component.members {
        (0..component.replicas()).map(|number| member_name(component, number)).collect()
    } else {
        vec![component.name.to_string()]
    }
}

/// Name and `host:port` of each member of a component. The address is a Service's: it stays while pods come and go.
pub(super) fn members(topology: &Topology, component: &Component) -> Vec<(String, String)> {
    let port = component.main_port().map_or(0, |port| port.service);
    let address = |name: String| {
        let address = format!("{}:{port}", dns_name(topology, &name));
        (name, address)
    };
    member_names(component).into_iter().map(address).collect()
}

/// Where requests for a port of a component enter its pod.
pub(super) fn entrance(topology: &Topology, component: &Component, port: &Port) -> u16 {
    let is_main = component.main_port().is_some_and(|main| main.container == port.container);
    proxy::front_port(topology, component).filter(|_| is_main).unwrap_or(port.container)
}

/// The governing Service of a StatefulSet.
pub(super) fn headless_name(component: &Component) -> String {
    format!("{}-headless", component.name)
}
