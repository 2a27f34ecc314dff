//! Balancers for services that run natively on hosts: haproxy or nginx on each host, the address that moves between
//! them, and what the processes are told. A host's directory lies as its files lie below `/etc`.
//!
//! On a host nothing maps ports: a process listens where it is called, at the `service` port of its address.

mod clients;
mod environment;
mod gaps;
mod guide;
pub(super) mod haproxy;
pub(super) mod nginx;
mod refusals;
mod warnings;

use crate::diagnostic::Diagnostic;
use crate::template::{self, context};
use crate::topology::{Component, Endpoint, Exposure, Role, SecretRef, Topology};

use super::hosts::text::{host_port, with_comment};
use super::hosts::{self, Site, endpoints, vip};
use super::{Artifact, Artifacts, Header, Output, runbook};

/// What differs between the balancers.
struct Kind {
    /// The target, its package, its service and its directory.
    name: &'static str,
    /// Where it reads its configuration, below `/etc`.
    config_path: &'static str,
    /// What checks the configuration on a host.
    test: &'static str,
    /// Certificates and keys, with their files' names below its directory's `secrets/`.
    secrets: fn(&Topology) -> Vec<(&SecretRef, String)>,
    /// Ports that it needs for itself on each host.
    listening: fn(&Topology) -> Vec<u16>,
    /// The whole configuration of a host.
    config: fn(&Site<'_>) -> String,
    /// The whole configuration of a client's host.
    client_config: fn(&Topology) -> String,
    /// Hosts and ports where a host's processes call a datastore.
    places: fn(&Site<'_>, &Endpoint) -> Vec<(String, String)>,
    /// What it cannot do.
    refusals: fn(&Topology) -> Vec<Diagnostic>,
    /// What it does less well than the profile asks for.
    warnings: fn(&Topology) -> Vec<Diagnostic>,
}

fn render(kind: &Kind, topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    let mut problems = refusals::all(topology, kind.name);
    problems.extend((kind.refusals)(topology));
    if !problems.is_empty() {
        return Err(problems);
    }
    let comment = header.comment(topology);
    let sites = Site::all(topology, &(kind.listening)(topology));
    let mut files: Vec<Artifact> = Vec::new();
    let mut stream = String::new();
    for site in &sites {
        let below = site.host.map_or_else(String::new, |host| format!("{}/", host.name));
        let first = files.len();
        let bundle = bundle(kind, site, &comment).into_iter();
        files.extend(bundle.map(|file| Artifact { path: format!("{below}{}", file.path), ..file }));
        if site.is_one_of_several() {
            stream.push_str(&format!("# {below}{}\n", kind.config_path));
        }
        stream.push_str(&files[first].text);
    }
    files.extend(sites.first().into_iter().flat_map(|site| clients::files(kind, site, &comment)));
    if let Some(failures) = &header.failures {
        files.push(plain(runbook::FILE, guide::text(kind, &sites, &comment, failures)));
    }
    let of_clients = format!("{}/", clients::DIRECTORY);
    let in_stream = |file: &&Artifact| {
        let elsewhere = file.path != runbook::FILE;
        elsewhere && (!file.path.ends_with(kind.config_path) || file.path.starts_with(&of_clients))
    };
    let mut warnings = warnings::all(&sites);
    warnings.extend((kind.warnings)(topology));
    Ok(Artifacts {
        stream,
        not_in_stream: files.iter().filter(in_stream).map(|file| file.path.clone()).collect(),
        endpoints: endpoints(topology, &hosts::address(None)),
        steps: steps(kind, &sites, &files, &header.output),
        warnings,
        files,
    })
}

fn plain(path: impl Into<String>, text: String) -> Artifact {
    Artifact { path: path.into(), text, executable: false }
}

/// One host's files, the balancer's configuration first.
fn bundle(kind: &Kind, site: &Site<'_>, comment: &str) -> Vec<Artifact> {
    let mut files = vec![plain(kind.config_path, with_comment(comment, &(kind.config)(site)))];
    let mut services = vec![kind.name];
    if let Some((config, check)) = vip::files(site) {
        files.push(plain(vip::CONFIG, with_comment(comment, &config)));
        files.push(Artifact { executable: true, ..plain(vip::CHECK, with_comment(comment, &check)) });
        services.push(KEEPALIVED);
    }
    files.extend(services.into_iter().map(|service| drop_in(service, comment)));
    for instance in site.here().filter(|instance| instance.component.role == Role::Service) {
        let text = environment::text(site, instance, kind.places);
        files.push(plain(environment::path(site.topology, instance), with_comment(comment, &text)));
    }
    files
}

/// The services that clients call, each with the port where every host's balancer takes their requests.
fn published(topology: &Topology) -> impl Iterator<Item = (&Component, u16)> {
    let services = topology.services().filter(|component| component.exposure != Exposure::Internal);
    services.filter_map(|component| Some((component, host_port(component.main_port()?))))
}

/// What is added to the unit of a service's package.
fn drop_in(service: &str, comment: &str) -> Artifact {
    let text = template::render(&format!("{service}.service.conf"), &context([]));
    plain(format!("systemd/system/{service}.service.d/a8ctl.conf"), with_comment(comment, &text))
}

/// The package and service of the address that moves.
const KEEPALIVED: &str = "keepalived";

fn steps(kind: &Kind, sites: &[Site<'_>], files: &[Artifact], output: &Output) -> Vec<String> {
    let Output::Directory(directory) = output else { return Vec::new() };
    let vip = sites.first().is_some_and(|site| vip::vip(site).is_some());
    let services = if vip { format!("{} {KEEPALIVED}", kind.name) } else { kind.name.to_owned() };
    let start = format!("systemctl daemon-reload && systemctl enable {services} && systemctl restart {services}");
    let mut steps = Vec::new();
    for site in sites {
        if let Some(host) = site.host {
            let name = &host.name;
            steps.push(format!("rsync -rE {directory}/{name}/ root@{name}:/etc/ && ssh root@{name} '{start}'"));
        } else {
            let mut tops: Vec<&str> = files.iter().filter_map(|file| Some(file.path.split_once('/')?.0)).collect();
            tops.dedup();
            let tops: Vec<String> = tops.into_iter().map(|top| format!("{directory}/{top}")).collect();
            steps.push(format!("cp -R {} /etc/ && {start}", tops.join(" ")));
        }
    }
    steps
}
