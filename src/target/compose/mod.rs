//! Compose v2 on one host: numbered services (Compose replaces all replicas of one service at once), an haproxy in
//! front of them and of the datastores, secrets as files.

mod balancer;
mod secrets;
mod service;
mod text;

use serde_json::{Map, Value, json};

use crate::diagnostic::Diagnostic;
use crate::topology::{Component, Exposure, Place, Role, Storage, Topology};
use crate::yaml;

use super::{Artifact, Artifacts, Header, Output, Target};

pub(super) const TARGET: Target = Target { name: "compose", about: "a Compose v2 project for one host", render };

const FILE: &str = "compose.yaml";

/// Networks: what faces the host, what the services share, what the datastores share.
const EDGE: &str = "edge";
const SERVICES: &str = "services";
const DATASTORES: &str = "datastores";

fn render(topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    let problems = refusals(topology);
    if !problems.is_empty() {
        return Err(problems);
    }
    let comment = header.comment(topology);
    let document = yaml::to_string(&text::literal(project(topology)));
    let stream = format!("{comment}{document}");
    let mut files = vec![Artifact { path: FILE.to_owned(), text: stream.clone(), executable: false }];
    files.push(Artifact {
        path: balancer::FILE.to_owned(),
        text: text::with_comment(&comment, &balancer::config_text(topology)),
        executable: false,
    });
    for component in &topology.components {
        for file in &component.files {
            files.push(Artifact {
                path: service::file_path(component, file.name),
                text: text::with_comment(&comment, &file.text),
                executable: file.executable,
            });
        }
    }
    if let Some(script) = secrets::script(topology) {
        files.push(Artifact {
            path: secrets::SCRIPT.to_owned(),
            text: text::with_comment(&comment, &script),
            executable: true,
        });
    }
    Ok(Artifacts {
        stream,
        not_in_stream: files.iter().skip(1).map(|file| file.path.clone()).collect(),
        endpoints: endpoints(topology),
        steps: steps(topology, &header.output),
        warnings: Vec::new(),
        files,
    })
}

fn refusals(topology: &Topology) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let nodes = topology.placement.nodes;
    if nodes.value > 1 {
        problems.push(
            Diagnostic::error(
                "several-hosts",
                format!(
                    "compose runs on one host, and the profile `{}` spreads over {} nodes",
                    topology.profile, nodes.value
                ),
            )
            .at(nodes.span)
            .help("use a profile of one node, such as `single-node`; several hosts are Kubernetes' to keep"),
        );
    }
    for component in
        topology.components.iter().filter(|component| matches!(component.storage, Storage::Replicated { .. }))
    {
        problems.push(
            Diagnostic::error(
                "unsupported-storage",
                format!("`{}` has replicated storage, and compose has no synchronisation for it yet", component.name),
            )
            .at(component.span)
            .help("use `kind: shared`, one volume that every replica mounts"),
        );
    }
    for component in topology.components.iter().filter(|component| component.members) {
        problems.push(
            Diagnostic::error(
                "members-on-one-host",
                format!("`{}` has members that watch one another, all of them on this one host", component.name),
            )
            .at(component.span)
            .help("set `mode: standalone`: on one host it survives as much"),
        );
    }
    problems
}

fn project(topology: &Topology) -> Value {
    let mut services = Map::new();
    for component in topology.components.iter().filter(|component| component.role == Role::Datastore) {
        services.extend(service::services(topology, component));
    }
    services.insert(balancer::NAME.to_owned(), balancer::service(topology));
    for component in topology.services() {
        services.extend(service::services(topology, component));
    }
    let mut networks = Map::new();
    networks.insert(EDGE.to_owned(), json!({}));
    networks.insert(SERVICES.to_owned(), json!({ "internal": true }));
    if topology.components.iter().any(|component| component.role == Role::Datastore) {
        networks.insert(DATASTORES.to_owned(), json!({ "internal": true }));
    }
    let mut document = Map::new();
    document.insert("name".to_owned(), json!(topology.project.as_str()));
    document.insert("services".to_owned(), Value::Object(services));
    document.insert("networks".to_owned(), Value::Object(networks));
    let mut section = |name: &str, entries: Map<String, Value>| {
        if !entries.is_empty() {
            document.insert(name.to_owned(), Value::Object(entries));
        }
    };
    section("volumes", service::volumes(topology));
    section("configs", service::configs(topology).chain([balancer::config()]).collect());
    section("secrets", secrets::declared(topology));
    Value::Object(document)
}

/// The networks a component's containers are on.
fn networks(topology: &Topology, component: &Component) -> Vec<&'static str> {
    let mut out = Vec::new();
    let publishes_itself = component.role == Role::Datastore && component.exposure != Exposure::Internal;
    let calls_out = topology
        .endpoints_of(component)
        .any(|(_, endpoint)| !endpoint.proxied && matches!(endpoint.place, Place::External(_)));
    if publishes_itself || calls_out {
        out.push(EDGE);
    }
    if component.role == Role::Service {
        out.push(SERVICES);
    }
    let calls_directly = topology
        .endpoints_of(component)
        .any(|(_, endpoint)| !endpoint.proxied && matches!(endpoint.place, Place::Component(_)));
    if component.role == Role::Datastore || calls_directly {
        out.push(DATASTORES);
    }
    out
}

fn endpoints(topology: &Topology) -> Vec<(String, String)> {
    let address = topology.compose.address;
    let host = if address.is_unspecified() { "127.0.0.1".to_owned() } else { text::url_host(address) };
    let port = |component: &Component| component.main_port().map(text::host_port);
    topology
        .services()
        .filter(|component| component.exposure != Exposure::Internal)
        .filter_map(|component| {
            Some((component.client_env.as_ref()?.to_string(), format!("http://{host}:{}", port(component)?)))
        })
        .collect()
}

fn steps(topology: &Topology, output: &Output) -> Vec<String> {
    let Output::Directory(directory) = output else { return Vec::new() };
    let mut steps = Vec::new();
    if secrets::script(topology).is_some() {
        steps.push(format!("sh {directory}/{}", secrets::SCRIPT));
    }
    steps.push(format!("docker compose -f {directory}/{FILE} up -d"));
    steps
}
