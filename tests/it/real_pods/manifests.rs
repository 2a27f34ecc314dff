//! The generated objects that make pods, and what they refer to.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use super::fields::Fields;
use super::spec::{self, Pod, Source, Texts, Volume};
use crate::yaml12;

pub(super) struct Manifests {
    pub(super) pods: Vec<Pod>,
    services: Vec<Service>,
}

struct Service {
    name: String,
    namespace: String,
    selector: BTreeMap<String, Json>,
    /// The one port it has, and the pods' port that it leads to.
    port: u64,
    target: u64,
}

/// Objects that others than a kubelet act on.
const NOT_FOR_A_KUBELET: &[&str] = &["Namespace", "NetworkPolicy", "ServiceAccount", "PodDisruptionBudget"];

/// Reads what `kubectl apply -k` would apply; of each Deployment at most `replicas` pods, and of some none.
pub(super) fn read(directory: &Path, replicas: u64, without: &[&str], mut texts: Texts) -> Manifests {
    let mut services = Vec::new();
    let mut workloads = Vec::new();
    let object = |path: &str| {
        let text = std::fs::read_to_string(directory.join(path)).unwrap();
        Fields::of(path, yaml12::json(&text))
    };
    for path in object("kustomization.yaml").words("resources") {
        let mut object = object(&path);
        object.not_for_a_kubelet(&["apiVersion"]);
        let kind = object.text("kind");
        let mut metadata = object.inner("metadata");
        match kind.as_str() {
            "ConfigMap" => {
                let data = object.inner("data").rest();
                let data = data.into_iter().map(|(key, text)| (key, text.as_str().unwrap().to_owned())).collect();
                texts.insert(("ConfigMap", metadata.text("name")), data);
                object.done();
            }
            "Service" => services.push(service(&mut metadata, object.inner("spec"))),
            "Deployment" | "StatefulSet" => workloads.push((kind, metadata.text("name"), object.inner("spec"))),
            other => assert!(NOT_FOR_A_KUBELET.contains(&other), "{path}: nobody here knows a {other}"),
        }
    }
    let mut pods = Vec::new();
    for (kind, name, mut spec) in workloads {
        let (count, template) = (spec.number("replicas").unwrap_or(1), spec.need("template"));
        let identity = kind == "StatefulSet";
        let replicas = if without.contains(&name.as_str()) { 0 } else { replicas };
        // One that others know by its number is needed; of those that are alike some are enough.
        let (first, count) = if identity { (0, count) } else { (1, count.min(replicas)) };
        let claims = spec.list("volumeClaimTemplates");
        spec.not_for_a_kubelet(&[
            "selector",
            "strategy",
            "minReadySeconds",
            "updateStrategy",
            "podManagementPolicy",
            "serviceName",
        ]);
        spec.done();
        let names: Vec<String> = claims.into_iter().map(|mut claim| claim.inner("metadata").text("name")).collect();
        for at in (first..).take(usize::try_from(count).unwrap()) {
            let claims = names.iter().map(|name| Volume { name: name.clone(), source: Source::Claim }).collect();
            let template = Fields::of(format!("{name}.template"), template.clone());
            let mut pod = spec::pod(format!("{name}-{at}"), template, claims, &texts);
            if identity {
                pod.labels.insert("statefulset.kubernetes.io/pod-name".to_owned(), pod.name.clone());
            }
            pods.push(pod);
        }
    }
    Manifests { pods, services }
}

fn service(metadata: &mut Fields, mut spec: Fields) -> Service {
    let mut ports = spec.list("ports");
    assert_eq!(ports.len(), 1);
    let mut number = |key: &str| ports[0].number(key).unwrap();
    let (port, target) = (number("port"), number("targetPort"));
    let selector = spec.inner("selector").rest().into_iter().collect();
    Service { name: metadata.text("name"), namespace: metadata.text("namespace"), selector, port, target }
}

impl Manifests {
    fn services(&self, pod: &Pod) -> impl Iterator<Item = &Service> {
        let has = |key: &str, value: &Json| pod.labels.get(key).is_some_and(|label| value.as_str() == Some(label));
        self.services.iter().filter(move |service| service.selector.iter().all(|(key, value)| has(key, value)))
    }

    /// The names in the cluster's DNS that lead to a pod. A name for its address is as good as a Service that
    /// translates no port.
    pub(super) fn dns_names(&self, pod: &Pod) -> Vec<String> {
        let name = |service: &Service| format!("{}.{}.svc.cluster.local", service.name, service.namespace);
        self.services(pod).filter(|service| service.port == service.target).map(name).collect()
    }

    /// The port of a pod that its clients reach.
    pub(super) fn port(&self, pod: &Pod) -> u16 {
        let service = self.services(pod).next().unwrap_or_else(|| panic!("nothing leads to {}", pod.name));
        u16::try_from(service.target).unwrap()
    }
}
