//! Kubernetes 1.29 and newer: objects built as types, put into the order a person would write, serialised once.

mod config;
mod container;
mod disruption;
mod gaps;
mod meta;
mod network;
mod operations;
mod order;
mod proxy;
mod restore;
mod runbook;
mod service;
mod workload;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::grammar::SecretKey;
use crate::topology::{
    Component, Discovery, Encrypts, Endpoint, Exposure, KubeVersion, Labels, Place, Platform, PodSecurity, Role,
    SecretRef, Storage, Topology,
};
use crate::yaml;

use super::certificates::{self, Demand};
use super::hosts::text::with_comment;
use super::{Artifact, Artifacts, Header, Output, Target};

pub(super) const TARGET: Target = Target {
    name: "k8s",
    about: "Kubernetes manifests, 1.29 and newer",
    platform: Platform::Kubernetes,
    render,
    gaps: gaps::gaps,
};

/// Ports that a cluster hands to NodePort Services unless it was told otherwise.
const NODE_PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;

fn render(topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    let problems = refusals(topology);
    if !problems.is_empty() {
        return Err(problems);
    }
    let objects = objects(topology);
    let comment = header.comment(topology);
    let mut artifacts = Artifacts { stream: comment.clone(), ..Artifacts::default() };
    let mut names = Vec::new();
    for object in &objects {
        let text = yaml::to_string_ranked(object, order::rank);
        let path = file_name(object);
        artifacts.stream.push_str("---\n");
        artifacts.stream.push_str(&text);
        artifacts.files.push(Artifact { path: path.clone(), text: format!("{comment}{text}"), executable: false });
        names.push(path);
    }
    artifacts.files.push(Artifact {
        path: "kustomization.yaml".to_owned(),
        text: format!("{comment}{}", kustomization(&names)),
        executable: false,
    });
    let scripts = operations::scripts(topology);
    for script in &scripts {
        artifacts.not_in_stream.push(script.file.clone());
        let text = with_comment(&comment, &script.text);
        artifacts.files.push(Artifact { path: script.file.clone(), text, executable: true });
    }
    if let Some(failures) = &header.failures {
        let text = runbook::text(topology, &comment, failures, &scripts);
        artifacts.files.push(Artifact { path: super::runbook::FILE.to_owned(), text, executable: false });
    }
    artifacts.endpoints = endpoints(topology);
    artifacts.steps = steps(topology, &header.output, &scripts);
    artifacts.warnings = warnings(topology);
    Ok(artifacts)
}

/// Every object, what others refer to first, then component by component.
fn objects(topology: &Topology) -> Vec<Value> {
    let mut out = Vec::new();
    out.extend(config::namespace(topology).map(order::value));
    if topology.kubernetes.network_policies {
        out.extend(network::defaults(topology).into_iter().map(order::value));
    }
    for component in &topology.components {
        if topology.kubernetes.pod_security == PodSecurity::Restricted {
            out.push(order::value(config::service_account(topology, component)));
        }
        out.extend(config::config_map(topology, component).map(order::value));
        let proxy_config = proxy::config_text(topology, component);
        out.extend(proxy_config.as_ref().map(|text| order::value(proxy::config_map(topology, component, text))));
        out.extend(config::shared_volume(topology, component).map(order::value));
        out.extend(config::shared_claim(topology, component).map(order::value));
        out.extend(service::services(topology, component).into_iter().map(order::value));
        out.push(workload::workload(topology, component, proxy_config.as_deref()));
        if topology.kubernetes.budgets {
            out.push(order::value(disruption::budget(topology, component)));
        }
        if topology.kubernetes.network_policies {
            out.push(order::value(network::policy(topology, component)));
        }
    }
    out
}

fn refusals(topology: &Topology) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = super::hosts::refusals::zones(topology).into_iter().collect();
    for component in &topology.components {
        for published in
            component.ports.iter().filter_map(|port| port.published).filter(|port| !NODE_PORTS.contains(&port.value))
        {
            problems.push(
                Diagnostic::error(
                    "node-port-range",
                    format!("Kubernetes gives {} to no NodePort Service", published.value),
                )
                .at(published.span)
                .help("choose a port from 30000 to 32767"),
            );
        }
        if let Storage::Replicated { following, .. } = &component.storage {
            let message =
                format!("`{}` has replicated storage, and a Service cannot tell writes from reads", component.name);
            problems.push(
                Diagnostic::error("unsupported-storage", message).at(following.span).help(
                    "write `kind: shared` with `class`, `claim` or `nfs`, one volume that every replica mounts, or `generate compose`",
                ),
            );
        }
        if component.role == Role::Service
            && topology.kubernetes.namespace.is_none()
            && topology.proxied(component).any(|(_, endpoint)| matches!(endpoint.place, Place::Component(_)))
        {
            problems.push(
                Diagnostic::error(
                    "proxy-without-namespace",
                    format!("the datastore proxy of `{}` needs the full name of its datastore", component.name),
                )
                .at(component.span)
                .help("name `kubernetes.namespace`, or set `proxied: false` on the datastore"),
            );
        }
    }
    let kubernetes = &topology.kubernetes;
    let encrypts = |endpoint: &Endpoint| endpoint.tls.as_ref().is_some_and(|tls| tls.by == Encrypts::Clients);
    let directly = |endpoint: &Endpoint| !endpoint.proxied && matches!(endpoint.place, Place::Component(_));
    for endpoint in topology.endpoints.iter().filter(|_| kubernetes.discovery == Discovery::Environment) {
        if encrypts(endpoint) && directly(endpoint) {
            let message = format!("services find `{}` at addresses that no certificate can be for", endpoint.datastore);
            problems.push(
                Diagnostic::error("certificate-without-name", message)
                    .at(endpoint.span)
                    .help("set `kubernetes.discovery: dns`, or leave `proxied` out"),
            );
        }
    }
    if kubernetes.network_policies && kubernetes.namespace.is_none() && kubernetes.labels == Labels::Name {
        problems.push(
            Diagnostic::error(
                "policies-without-scope",
                "nothing tells the pods of this deployment from others in the namespace that `kubectl` chooses",
            )
            .help("name `kubernetes.namespace`, use `labels: recommended`, or set `network_policies: false`"),
        );
    }
    problems
}

fn warnings(topology: &Topology) -> Vec<Diagnostic> {
    let wants_sleep =
        |component: &&Component| component.shutdown.as_ref().is_some_and(|shutdown| shutdown.drain.is_some());
    let mut out = Vec::new();
    if topology.kubernetes.version < KubeVersion::PRE_STOP_SLEEP
        && topology.components.iter().any(|component| wants_sleep(&component))
    {
        out.push(
            Diagnostic::warning(
                "no-drain",
                format!("Kubernetes {} has no `preStop.sleep`: a replica that is replaced may fail the requests it is given meanwhile", topology.kubernetes.version),
            )
            .help("write for 1.30 or newer: `--kube-version 1.30`"),
        );
    }
    out
}

fn file_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    format!("{}-{}.yaml", text(&object["kind"]), text(&object["metadata"]["name"]))
}

fn kustomization(names: &[String]) -> String {
    yaml::to_string(&serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": names,
    }))
}

fn endpoints(topology: &Topology) -> Vec<(String, String)> {
    let scheme = if topology.balancer.tls.is_some() { "https" } else { "http" };
    let url = |component: &Component| {
        let port = component.main_port()?;
        Some(match (component.exposure, port.published) {
            (Exposure::NodePort, Some(published)) => {
                format!("{scheme}://${{NODE:?address of any node}}:{}", published.value)
            }
            (Exposure::LoadBalancer, _) => {
                format!("{scheme}://${{LOAD_BALANCER:?address of the load balancer}}:{}", port.service)
            }
            _ => format!("{scheme}://{}:{}", meta::dns_name(topology, component.name.as_str()), port.service),
        })
    };
    topology
        .services()
        .filter_map(|component| Some((component.client_env.as_ref()?.to_string(), url(component)?)))
        .collect()
}

/// The certificates of datastores, and where they are held against a name. A member that is called looks up whether
/// one of them is the address of who calls: that of a pod, which the headless Service has.
fn demands(topology: &Topology) -> Vec<Demand<'_>> {
    certificates::demands(topology, |component, certificate| {
        let names = meta::member_names(component).into_iter();
        let headless = (certificate.to_members && component.members).then(|| meta::headless_name(component));
        names.chain(headless).map(|name| meta::dns_name(topology, &name)).collect()
    })
}

fn steps(topology: &Topology, output: &Output, scripts: &[operations::Script]) -> Vec<String> {
    let mut steps = Vec::new();
    let in_namespace = topology
        .kubernetes
        .namespace
        .as_ref()
        .map_or_else(String::new, |namespace| format!(" --namespace {namespace}"));
    if let Some(namespace) = topology.kubernetes.namespace.as_ref().filter(|_| !topology.secrets.is_empty()) {
        steps.push(format!("kubectl create namespace {namespace}"));
    }
    // What a component here demands may be made up; what somebody else has set must be put there.
    let files = topology.components.iter().flat_map(|component| &component.secret_files);
    for file in files.filter(|file| !file.pem) {
        let step =
            format!("head -c 24 /dev/urandom | base64 | tr '+/' '-_' > {}-{}", file.secret.secret, file.secret.key);
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    for demand in demands(topology) {
        let file = format!("{}-{}", demand.secret.secret, demand.secret.key);
        steps.push(format!("# {file} is a certificate of yours with {}", demand.extensions()));
    }
    for secret in &topology.secrets {
        // A PEM file ends with a newline, which a password must not.
        let pem = |key: &SecretKey| topology.is_pem(&SecretRef { secret: secret.name.clone(), key: key.clone() });
        let keys: Vec<String> = secret
            .keys
            .iter()
            .map(|key| {
                let name = &secret.name;
                if pem(key) {
                    format!("--from-file={key}={name}-{key}")
                } else {
                    format!("--from-literal={key}=\"$(cat {name}-{key})\"")
                }
            })
            .collect();
        steps.push(format!("kubectl create secret generic {}{in_namespace} {}", secret.name, keys.join(" ")));
    }
    // What they apply they apply in their turn: before the cluster knows of it, it would be too early.
    if !scripts.is_empty() {
        let Output::Directory(path) = output else { return steps };
        steps.extend(scripts.iter().map(|script| format!("sh {path}/{} {}", script.file, script.member)));
        return steps;
    }
    steps.push(match output {
        Output::Stdout => "kubectl apply -f -".to_owned(),
        Output::File(path) => format!("kubectl apply -f {path}"),
        Output::Directory(path) => format!("kubectl apply -k {path}"),
    });
    steps
}
