//! Which projects of Compose share a host: their files do not say it, but what two of them both take of a host they
//! cannot take of the same one.

use super::files::Files;
use super::moving;
use super::remarks::{Remarks, Sentence};
use crate::manifest::{Document, Project, Service, View};

const LAYERS: Sentence = (
    "Of {} there are several files: they are read as one project, of which the first that names a service counts.",
    "Of {} there are several files each: they are read as one project, of which the first that names a service counts.",
);
const SHARED: Sentence = (
    "On which host {} runs is not said: the worst is taken, that it shares one with others.",
    "On which hosts {} run is not said: the worst is taken, that they share one with others.",
);
const APART: Sentence = (
    "Projects take the same names, ports or addresses of a host: they are taken for those of {} hosts, of which \
     nothing says whether they share a rack, a switch or a site.",
    "Projects take the same names, ports or addresses of a host: they are taken for those of {} hosts, of which \
     nothing says whether they share a rack, a switch or a site.",
);

/// Words of a variable's name whose value is the host's own address.
const OWN: &[&str] = &["self", "advertise", "announce", "node_ip", "host_ip", "bind"];

/// One project.
pub(super) struct Bundle<'p, 'a> {
    /// Its files, the first of which counts most.
    pub(super) projects: Vec<&'p Project<'a>>,
    /// Index into [`Hosts::all`].
    pub(super) host: usize,
    /// The first file's path.
    path: String,
    directory: String,
    taken: Vec<Taken>,
    /// Addresses that only its host has.
    addresses: Vec<String>,
    /// Addresses that move.
    moving: Vec<String>,
}

/// A host of some projects.
pub(super) struct Host {
    /// `host` where there is one.
    pub(super) name: String,
    /// What it is known by to others, where that is said.
    pub(super) addresses: Vec<String>,
    /// Those that move, and may be here.
    pub(super) moving: Vec<String>,
}

/// What a host has once.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Taken {
    /// A project's name.
    Project(String),
    /// A container's own name.
    Container(String),
    /// A port, at one address or at all.
    Port { address: String, port: i64, udp: bool },
    /// A part in the talk about an address that moves.
    Router(String),
}

impl Taken {
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Port { address: a, port, udp }, Self::Port { address: b, port: same, udp: alike }) => {
                port == same && udp == alike && (a == b || a.is_empty() || b.is_empty())
            }
            _ => self == other,
        }
    }
}

/// The projects and the fewest hosts that they fit on, which is the worst that may be.
pub(super) fn place<'p, 'a>(
    projects: &'p [Project<'a>],
    files: &Files<'a>,
    remarks: &mut Remarks,
) -> (Vec<Bundle<'p, 'a>>, Vec<Host>) {
    let mut bundles = bundles(projects, files, remarks);
    let mut hosts: Vec<Vec<usize>> = Vec::new();
    let mut shared: Vec<usize> = Vec::new();
    for index in 0..bundles.len() {
        let fits = |host: &&Vec<usize>| !host.iter().any(|other| exclude(&bundles[index], &bundles[*other]));
        let known = |host: &Vec<usize>| {
            host.iter().any(|other| bundles[index].addresses.iter().any(|it| bundles[*other].addresses.contains(it)))
        };
        let open: Vec<usize> = (0..hosts.len()).filter(|host| fits(&&hosts[*host])).collect();
        let sure = open.iter().find(|host| known(&hosts[**host])).copied();
        if sure.is_none() && !open.is_empty() {
            shared.push(index);
        }
        let host = sure.or(open.first().copied()).unwrap_or_else(|| {
            hosts.push(Vec::new());
            hosts.len() - 1
        });
        hosts[host].push(index);
        bundles[index].host = host;
    }
    shared.into_iter().for_each(|index| remarks.of(SHARED, &bundles[index].path));
    if hosts.len() > 1 {
        remarks.of(APART, &hosts.len().to_string());
    }
    let hosts = called(&hosts, &bundles);
    (bundles, hosts)
}

fn exclude(a: &Bundle<'_, '_>, b: &Bundle<'_, '_>) -> bool {
    a.taken.iter().any(|it| b.taken.iter().any(|other| it.excludes(other)))
}

/// Files of one directory that do not say that they are of different projects are layers of one.
fn bundles<'p, 'a>(projects: &'p [Project<'a>], files: &Files<'a>, remarks: &mut Remarks) -> Vec<Bundle<'p, 'a>> {
    let mut bundles: Vec<Bundle<'p, 'a>> = Vec::new();
    for project in projects {
        let (directory, name) = (files.directory(project), project.view.key("name").word());
        let layer = |bundle: &&mut Bundle<'_, '_>| {
            let other = bundle.projects[0].view.key("name").word();
            bundle.directory == directory && (name.is_none() || other.is_none() || name == other)
        };
        let (taken, (addresses, moving)) = (taken(project, files), addresses(project, files));
        match bundles.iter_mut().find(layer) {
            Some(bundle) => {
                remarks.of(LAYERS, &bundle.path);
                bundle.projects.push(project);
                bundle.taken.extend(taken);
                bundle.addresses.extend(addresses);
                bundle.moving.extend(moving);
            }
            None => bundles.push(Bundle {
                projects: vec![project],
                host: 0,
                path: files.path(project),
                directory,
                taken,
                addresses,
                moving,
            }),
        }
    }
    bundles
}

/// The hosts by the directories of their files, where these differ.
fn called(hosts: &[Vec<usize>], bundles: &[Bundle<'_, '_>]) -> Vec<Host> {
    let last = |host: &Vec<usize>| {
        let directory = &bundles[host[0]].directory;
        directory.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let names: Vec<String> = hosts.iter().map(last).collect();
    let differ = names.iter().all(|name| !name.is_empty() && names.iter().filter(|it| *it == name).count() == 1);
    let name = |(at, host): (usize, &Vec<usize>)| {
        let own = |address: &&String| {
            let of = |index: &usize| bundles[*index].addresses.contains(address);
            // One that several have is none's own.
            hosts.iter().filter(|host| host.iter().any(of)).count() == 1
        };
        let mut addresses: Vec<String> =
            host.iter().flat_map(|it| &bundles[*it].addresses).filter(own).cloned().collect();
        addresses.sort_unstable();
        addresses.dedup();
        let mut moving: Vec<String> = host.iter().flat_map(|it| &bundles[*it].moving).cloned().collect();
        moving.sort_unstable();
        moving.dedup();
        let name = match (hosts.len(), differ) {
            (1, _) => "host".to_owned(),
            (_, true) => names[at].clone(),
            _ => format!("host-{}", at + 1),
        };
        Host { name, addresses, moving }
    };
    hosts.iter().enumerate().map(name).collect()
}

/// What a project takes of its host that nobody else there can take.
fn taken<'a>(project: &Project<'a>, files: &Files<'a>) -> Vec<Taken> {
    let mut taken: Vec<Taken> =
        project.view.key("name").word().map(|it| Taken::Project(it.to_owned())).into_iter().collect();
    for service in &project.services {
        taken.extend(service.view.key("container_name").word().map(|it| Taken::Container(it.to_owned())));
        let port = |it: crate::manifest::Published| Taken::Port { address: it.address, port: it.port, udp: it.udp };
        taken.extend(service.host_ports().into_iter().map(port));
        taken.extend(routers(project, service, files).into_iter().map(|it| Taken::Router(it.id)));
    }
    taken
}

/// The parts that a service takes in the talk about addresses that move.
pub(super) fn routers<'a>(project: &Project<'a>, service: &Service<'a>, files: &Files<'a>) -> Vec<moving::Router> {
    let of = |document: &Document| match document {
        Document::Keepalived(config) => moving::routers(config),
        _ => Vec::new(),
    };
    // A file that lies near is nobody's but the program's own.
    let own = service.program().contains("keepalived");
    let read = if own { files.of_service(project, service) } else { files.mounted_by(project, service) };
    read.into_iter().flat_map(of).collect()
}

/// Addresses that are the host's own: its ports are published there, or a program is told that it is there. What moves
/// is not among them, and comes behind.
fn addresses<'a>(project: &Project<'a>, files: &Files<'a>) -> (Vec<String>, Vec<String>) {
    let (mut own, mut moving) = (Vec::new(), Vec::new());
    for service in &project.services {
        own.extend(service.host_ports().into_iter().map(|it| it.address));
        for router in routers(project, service, files) {
            own.extend(router.own);
            moving.extend(router.addresses);
        }
        for (key, value, _) in service.pairs("environment") {
            let key = key.to_ascii_lowercase();
            let mut found = super::hosts::hosts("host", value).into_iter().map(|it| it.name.to_owned());
            if let (true, Some(one), None) = (OWN.iter().any(|it| key.contains(it)), found.next(), found.next()) {
                own.push(one);
            }
        }
    }
    own.retain(|it| is_address(it) && !moving.contains(it));
    (own, moving)
}

/// Whether it is an address of one machine.
fn is_address(text: &str) -> bool {
    let parsed = text.parse::<std::net::IpAddr>();
    parsed.is_ok_and(|it| !it.is_loopback() && !it.is_unspecified() && !it.is_multicast())
}

/// Whether a service is in the host's own network.
pub(super) fn in_host_network(service: View<'_>) -> bool {
    service.key("network_mode").word() == Some("host")
}
