//! Compose v2, on one host or on several: numbered services (Compose replaces all replicas of one service at once), an
//! haproxy in front of them and of the datastores, secrets as files. Of several hosts each has a directory of its own.

mod balancer;
mod gaps;
mod operations;
mod runbook;
mod secrets;
mod service;
mod text;
mod vip;

use serde_json::{Map, Value, json};

use crate::diagnostic::Diagnostic;
use crate::grammar::Name;
use crate::topology::{Component, EnvValue, Exposure, Place, Platform, Role, Storage, Topology, VolumeSource};
use crate::yaml;

use super::hosts::text::{url_host, with_comment};
use super::hosts::vip::{CHECK, CONFIG, files as vip_files};
use super::hosts::{Instance, Site, endpoints, refusals};
use super::{Artifact, Artifacts, Header, Output, Target};

pub(super) const TARGET: Target = Target {
    name: "compose",
    about: "Compose v2: a project for one host, or one for each of several",
    platform: Platform::Hosts,
    render,
    gaps: gaps::gaps,
};

const FILE: &str = "compose.yaml";

/// Networks: what faces the host, what the services share, what the datastores share.
const EDGE: &str = "edge";
const SERVICES: &str = "services";
const DATASTORES: &str = "datastores";

fn render(topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    let mut problems = refusals::hosts(topology);
    problems.extend(one_host(topology));
    problems.extend(shared_storage(topology));
    problems.extend(refusals::members(topology));
    problems.extend(certificates_in_variables(topology));
    if !problems.is_empty() {
        return Err(problems);
    }
    let comment = header.comment(topology);
    let sites = Site::all(topology, &balancer::listening(topology).collect::<Vec<_>>());
    let mut files: Vec<Artifact> = Vec::new();
    let mut stream = String::new();
    for site in &sites {
        let below = site.host.map_or_else(String::new, |host| format!("{}/", host.name));
        let first = files.len();
        files.extend(
            bundle(site, &comment).into_iter().map(|file| Artifact { path: format!("{below}{}", file.path), ..file }),
        );
        if site.is_one_of_several() {
            stream.push_str(&format!("---\n# {below}{FILE}\n"));
        }
        stream.push_str(&files[first].text);
    }
    if let Some(script) = sites.first().and_then(secrets::script) {
        files.push(script_file(secrets::SCRIPT, &script, &comment));
    }
    if let Some(failures) = &header.failures {
        let text = match sites.as_slice() {
            [site] => runbook::one_host(site, &comment, failures),
            _ => {
                let text = runbook::in_short(&sites, &comment);
                files.push(Artifact { path: IN_SHORT.to_owned(), text, executable: false });
                operations::hosts(&sites, &comment, failures)
            }
        };
        files.push(Artifact { path: super::runbook::FILE.to_owned(), text, executable: false });
    }
    let in_stream =
        |file: &&Artifact| !file.path.ends_with(FILE) && ![IN_SHORT, super::runbook::FILE].contains(&&*file.path);
    Ok(Artifacts {
        stream,
        not_in_stream: files.iter().filter(in_stream).map(|file| file.path.clone()).collect(),
        endpoints: endpoints(topology, &alone(topology)),
        steps: steps(&sites, &header.output),
        warnings: Vec::new(),
        files,
    })
}

/// What is read first of several hosts.
const IN_SHORT: &str = "README.md";

/// One host's files, its project first.
fn bundle(site: &Site<'_>, comment: &str) -> Vec<Artifact> {
    let document = yaml::to_string(&text::literal(project(site)));
    let plain = |path: &str, text: String| Artifact { path: path.to_owned(), text, executable: false };
    let mut files = vec![plain(FILE, format!("{comment}{document}"))];
    files.push(plain(balancer::FILE, with_comment(comment, &balancer::config_text(site))));
    if let Some((config, check)) = vip_files(site) {
        files.push(plain(CONFIG, with_comment(comment, &config)));
        files.push(script_file(CHECK, &check, comment));
    }
    for component in site.components() {
        for file in &component.files {
            files.push(Artifact {
                path: service::file_path(component, file.name),
                text: with_comment(comment, &file.text),
                executable: file.executable,
            });
        }
    }
    files.push(script_file(operations::ROLL, &operations::roll(site), comment));
    files.push(script_file(operations::RELOAD, &operations::reload(), comment));
    files.extend(operations::parts(site).into_iter().map(|(name, script)| script_file(name, &script, comment)));
    files.extend(operations::fail_over(site).map(|script| script_file(operations::FAIL_OVER, &script, comment)));
    files.extend(operations::procedures(site).iter().map(|(name, script)| script_file(name, script, comment)));
    files
}

fn script_file(path: &str, script: &str, comment: &str) -> Artifact {
    Artifact { path: path.to_owned(), text: with_comment(comment, script), executable: true }
}

/// Copies of a disk on one and the same host.
fn one_host(topology: &Topology) -> Vec<Diagnostic> {
    if topology.placement.hosts.len() > 1 {
        return Vec::new();
    }
    let mend = "write `kind: shared` with a `class`: on one host that is one volume for all, and survives as much";
    refusals::replicated(topology, "all its disks are on this one host", mend)
}

/// One disk for replicas of several hosts, which Compose does not have.
fn shared_storage(topology: &Topology) -> Vec<Diagnostic> {
    let several = topology.placement.hosts.len() > 1;
    let shares = |component: &&Component| {
        let source = match &component.storage {
            Storage::Shared { source, .. } => source,
            _ => return false,
        };
        several && !matches!(source, VolumeSource::Nfs { .. })
    };
    let what = "shared storage by Kubernetes' means, and a volume of Compose is on one host";
    topology.components.iter().filter(shares).map(|component| refusals::bad_storage(component, what)).collect()
}

/// Certificates and keys have many lines, and an env file has one for each variable.
fn certificates_in_variables(topology: &Topology) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for component in &topology.components {
        for variable in &component.env {
            let name = &variable.name;
            if matches!(&variable.value, EnvValue::Secret(secret) if topology.is_pem(secret)) {
                let message =
                    format!("{name} of `{}` holds a certificate or a key, and env files hold lines", component.name);
                problems.push(
                    Diagnostic::error("certificate-in-variable", message).at(component.span).help(
                        "let it name a file: `{ datastore: NAME, as: ca-file }`, `certificate-file` or `key-file`",
                    ),
                );
            }
        }
    }
    problems
}

/// `host:port` where a host's containers call a replica. With several hosts that is an address for each of them, its
/// own too: then no name has to resolve.
fn address(site: &Site<'_>, instance: &Instance<'_>) -> String {
    address_of(site, instance, None)
}

/// The same at the port of a name.
fn address_of(site: &Site<'_>, instance: &Instance<'_>, port: Option<&Name>) -> String {
    if site.is_one_of_several() {
        return instance.called_at(port);
    }
    let port = instance.component.port(port).map_or(0, |port| port.container);
    format!("{}:{port}", instance.name)
}

fn project(site: &Site<'_>) -> Value {
    let topology = site.topology;
    let mut services = Map::new();
    let of = |role: Role| {
        let here = site.here().filter(move |instance| instance.component.role == role);
        here.map(|instance| (instance.name.clone(), service::service(site, instance)))
    };
    services.extend(of(Role::Datastore));
    services.insert(balancer::NAME.to_owned(), balancer::service(site));
    services.extend(site.here().filter_map(|instance| service::disk(site, instance)));
    services.extend(vip::keepalived(site).map(|service| (vip::NAME.to_owned(), service)));
    services.extend(of(Role::Service));
    let mut networks = Map::new();
    networks.insert(EDGE.to_owned(), json!({}));
    // What is published cannot be on an inner network alone, and with several hosts nearly everything is published.
    if !site.is_one_of_several() {
        networks.insert(SERVICES.to_owned(), json!({ "internal": true }));
        if topology.components.iter().any(|component| component.role == Role::Datastore) {
            networks.insert(DATASTORES.to_owned(), json!({ "internal": true }));
        }
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
    section("volumes", service::volumes(site));
    section("configs", service::configs(site));
    section("secrets", secrets::declared(site));
    Value::Object(document)
}

/// The networks a component's containers are on.
fn networks(site: &Site<'_>, component: &Component) -> Vec<&'static str> {
    let topology = site.topology;
    if site.is_one_of_several() {
        return vec![EDGE];
    }
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

/// The address of the one host for clients.
fn alone(topology: &Topology) -> String {
    let address = topology.compose.address;
    if address.is_unspecified() { "127.0.0.1".to_owned() } else { url_host(address) }
}

fn steps(sites: &[Site<'_>], output: &Output) -> Vec<String> {
    let Output::Directory(directory) = output else { return Vec::new() };
    let mut steps = Vec::new();
    let secrets = sites.first().is_some_and(|site| secrets::script(site).is_some());
    if secrets {
        steps.push(format!("sh {directory}/{}", secrets::SCRIPT));
    }
    let hosts: Vec<&str> = sites.iter().filter_map(|site| site.host).map(|host| host.name.as_str()).collect();
    if hosts.is_empty() {
        steps.push(format!("docker compose -f {directory}/{FILE} up -d"));
    }
    for host in hosts {
        steps.push(format!(
            "rsync -a {directory}/{host}/ {host}:{host}/ && ssh {host} docker compose --project-directory {host} up -d"
        ));
    }
    steps
}
