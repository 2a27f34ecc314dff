//! Services of Compose: each project on a host, where what ends is started again if that is said, and what hangs is
//! left alone.

use std::collections::HashSet;

use super::behind;
use super::containers;
use super::files::Files;
use super::ground::Ground;
use super::link::{Names, loopback};
use super::moving;
use super::place::{self, Host};
use super::remarks::{Remarks, Sentence};
use super::store;
use super::texts;
use super::unit::{Said, Unit, What};
use super::ways::{self, Way};
use crate::failure::lower::clocks as known;
use crate::failure::words::Form;
use crate::failure::{Clocks, Keeps, Lapse, Member, Roll};
use crate::manifest::{Document, Project, Service, View};

const TWICE: Sentence = (
    "Service {} is there more than once: the first is read.",
    "Services {} are there more than once: the first of each is read.",
);
const ASKED: Sentence = (
    "Service {} runs only when its profile is asked for, and is left out.",
    "Services {} run only when their profiles are asked for, and are left out.",
);
const NONE_ASKED: Sentence = (
    "Service {} is scaled to nothing: nothing of it runs.",
    "Services {} are scaled to nothing: nothing of them runs.",
);
const MANY: Sentence = (
    "Of the containers of {} the first 100 are reckoned with.",
    "Of the containers of {} the first 100 of each are reckoned with.",
);
const PORT_TAKEN: Sentence = (
    "{} takes a port of its host: one container of it is reckoned with, for no second one is started.",
    "{} take ports of their host: one container of each is reckoned with, for no second one is started.",
);
const FILES: Sentence = (
    "Files of variables are not read: {} may name others there.",
    "Files of variables are not read: {} may name others there.",
);
const EXTENDED: Sentence =
    ("What {} takes over from other files is not read.", "What {} take over from other files is not read.");
const UNMINDED: Sentence = (
    "Compose does nothing about a healthcheck that fails: {} is not ended when it hangs.",
    "Compose does nothing about healthchecks that fail: {} are not ended when they hang.",
);

/// More members of one part tell nothing more.
const MOST: i64 = 100;
/// Programs that stand between clients and services when their ports are published.
const BALANCERS: &[&str] = &["haproxy", "nginx", "traefik", "envoy", "caddy", "openresty"];

/// Adds what runs of some projects; pairs of units that are told to stand in for one another.
pub(super) fn read(
    projects: &[Project<'_>],
    files: &Files<'_>,
    ground: &mut Ground,
    units: &mut Vec<Unit>,
    names: &mut Names,
    remarks: &mut Remarks,
) -> Vec<(usize, usize)> {
    let (bundles, hosts) = place::place(projects, files, remarks);
    let mut nodes: Vec<Option<usize>> = vec![None; hosts.len()];
    let mut known: HashSet<&str> = HashSet::new();
    let several: HashSet<&str> =
        projects.iter().flat_map(|it| &it.services).map(|it| it.name).filter(|it| !known.insert(it)).collect();
    let (mut balancers, mut routers): (Vec<(usize, Vec<Way>)>, Vec<moving::At>) = Default::default();
    let mut published: Vec<(i64, usize)> = Vec::new();
    for bundle in &bundles {
        let tasks = tasks(&bundle.projects);
        let host = &hosts[bundle.host];
        let mut seen: HashSet<&str> = HashSet::new();
        for project in &bundle.projects {
            if project.view.key("include").exists() {
                remarks.of(EXTENDED, "the project");
            }
            for service in project.services.iter().filter(|it| !tasks.contains(&it.name) && !it.is_task()) {
                if !seen.insert(service.name) {
                    remarks.of(TWICE, service.name);
                    continue;
                }
                let Some(count) = count(service, remarks) else { continue };
                let node = *nodes[bundle.host].get_or_insert_with(|| ground.add(&host.name));
                let own = place::routers(project, service, files);
                if !own.is_empty() {
                    routers.extend(own.into_iter().map(|router| moving::At { router, host: node }));
                    continue;
                }
                let documents = files.of_service(project, service);
                let ways = ways::of(documents.iter().copied());
                let net = if hosts.len() > 1 { host.name.as_str() } else { "" };
                let named_apart = hosts.len() > 1 && several.contains(service.name);
                let place = Place { count, node, net, named_apart };
                let mut unit = unit(project, service, place, &documents, remarks);
                if matches!(unit.what, What::Balancer) {
                    let server = |way: &Way| Said { key: "server".to_owned(), text: way.text(), direct: false };
                    unit.said.extend(ways.iter().map(server));
                    balancers.push((units.len(), ways));
                }
                units.push(unit);
                for name in called(service) {
                    names.add(net, name, units.len() - 1);
                }
                published.extend(service.host_ports().iter().map(|port| (port.port, units.len() - 1)));
                listens(service, host, net, units.len() - 1, names);
            }
        }
    }
    behind::at_unknown_addresses(&balancers, units, names, &published, remarks);
    behind::behind_others(&balancers, units, names);
    let mut pairs = moving::apply(&routers, units, remarks);
    pairs.extend(ways::apply(&balancers, units, names));
    pairs
}

/// Under which addresses and ports a service is called from other hosts, and from its own.
fn listens(service: &Service<'_>, host: &Host, net: &str, unit: usize, names: &mut Names) {
    let all = || host.addresses.iter().chain(&host.moving);
    all().for_each(|address| names.add_machine(address));
    for port in service.host_ports() {
        if port.address.is_empty() {
            all().for_each(|address| names.add_address(address, port.port, unit));
        } else {
            names.add_address(&port.address, port.port, unit);
        }
        names.add_address(&loopback(net), port.port, unit);
    }
    if !place::in_host_network(service.view) {
        return;
    }
    // What listens in the host's network says where in its own words, where it says it.
    let exposed: Vec<i64> = service.view.key("expose").items().filter_map(View::integer).collect();
    for (_, value, _) in service.pairs("environment") {
        for found in super::hosts::hosts("host", value) {
            let own = host.addresses.iter().any(|address| address == found.name);
            if let (true, Some(port)) = (own, found.port) {
                names.add_address(found.name, port, unit);
            }
        }
    }
    for port in exposed {
        all().for_each(|address| names.add_address(address, port, unit));
        names.add_address(&loopback(net), port, unit);
    }
}
/// Services that others wait for until they have ended.
fn tasks<'a>(projects: &[&Project<'a>]) -> Vec<&'a str> {
    let all = projects.iter().flat_map(|project| &project.services);
    let waits = all.flat_map(|service| service.view.key("depends_on").entries());
    let ended =
        |it: &&crate::yaml::Entry| View::of(&it.node).key("condition").word() == Some("service_completed_successfully");
    waits.filter(ended).map(|entry| &*entry.key).collect()
}

/// How many containers it has; `None` where none runs.
fn count(service: &Service<'_>, remarks: &mut Remarks) -> Option<usize> {
    let view = service.view;
    if view.key("profiles").items().len() > 0 {
        remarks.of(ASKED, service.name);
        return None;
    }
    let scale = view.at("deploy.replicas").integer().or_else(|| view.key("scale").integer()).unwrap_or(1);
    if scale < 1 {
        remarks.of(NONE_ASKED, service.name);
        return None;
    }
    if scale > 1 && !service.host_ports().is_empty() {
        remarks.of(PORT_TAKEN, service.name);
        return Some(1);
    }
    if scale > MOST {
        remarks.of(MANY, service.name);
    }
    usize::try_from(scale.min(MOST)).ok()
}

/// Where a service's containers stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    count: usize,
    node: usize,
    /// Where its names are known.
    net: &'a str,
    /// Whether others elsewhere have its name.
    named_apart: bool,
}

fn unit(
    project: &Project<'_>,
    service: &Service<'_>,
    place: Place<'_>,
    documents: &[&Document],
    remarks: &mut Remarks,
) -> Unit {
    let words = service.words();
    let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let exposed = service.view.key("expose").items().filter_map(View::integer);
    let ports: Vec<i64> = service.published().into_iter().map(|(_, port, _)| port).chain(exposed).collect();
    let in_host = place::in_host_network(service.view);
    let published = in_host || service.view.key("ports").items().len() > 0;
    let balances = BALANCERS.iter().any(|it| service.program().starts_with(it)) && published;
    let what = if balances { What::Balancer } else { store::of(service.image(), &words, &ports) };
    let volume = containers::kept(project, service, remarks);
    let volume = match what {
        What::Store(store) if volume.is_none() && !store::is_cache(store) => {
            containers::of_container(service, store, remarks)
        }
        _ => volume,
    };
    if service.view.at("healthcheck.test").exists() {
        remarks.of(UNMINDED, service.name);
    }
    if service.view.key("env_file").exists() {
        remarks.of(FILES, service.name);
    }
    if service.view.key("extends").exists() {
        remarks.of(EXTENDED, service.name);
    }
    let count = place.count;
    // On several hosts they are told apart by these.
    let name = if place.named_apart { format!("{}-{}", service.name, place.net) } else { service.name.to_owned() };
    let member = |number: usize| Member {
        name: if count == 1 { name.clone() } else { format!("{name}-{number}") },
        node: Some(place.node),
    };
    let settings = store::settings(documents.iter().copied());
    Unit {
        id: project.id(service),
        name: service.name.to_owned(),
        home: String::new(),
        net: place.net.to_owned(),
        in_host,
        host: Some(place.node),
        moving: None,
        form: Form::Service,
        what,
        image: service.image().to_owned(),
        members: (1..=count).map(member).collect(),
        keeps: store::keeps(what, volume, settings),
        volume: volume.is_some_and(|it| it != Keeps::Pod),
        apart: false,
        anywhere: false,
        proxied: false,
        pinned: false,
        port: in_host || !service.host_ports().is_empty(),
        step: 1,
        budget: None,
        clocks: clocks(service, count, balances),
        ended: None,
        said: said(project, service, &words.join(" ")),
        settings,
    }
}

fn clocks(service: &Service<'_>, count: usize, balances: bool) -> Clocks {
    let policy = service.view.key("restart").word().unwrap_or("no");
    let deployed = service.view.at("deploy.restart_policy");
    let condition = deployed.key("condition").word();
    let again = matches!(policy.split(':').next(), Some("always" | "unless-stopped" | "on-failure"))
        || matches!(condition, Some("any" | "on-failure"))
        || deployed.exists() && condition.is_none();
    Clocks {
        restart: again.then_some(known::PROCESS_AGAIN),
        // Made anew by whoever changes it, whatever becomes of one that ends.
        rolled: Some(known::PROCESS_AGAIN),
        roll: if count > 1 { Roll::Together } else { Roll::OneByOne },
        // Nobody asks another in the place of a balancer that is made anew.
        stop: if balances { known::PROCESS_AGAIN } else { Lapse::NONE },
        ..Clocks::default()
    }
}

/// Names that others in the same network call it by.
fn called<'a>(service: &Service<'a>) -> Vec<&'a str> {
    let own = ["container_name", "hostname"].into_iter().filter_map(|key| service.view.key(key).word());
    let networks = service.view.key("networks").entries().iter();
    let aliases = networks.flat_map(|it| View::of(&it.node).key("aliases").items()).filter_map(View::word);
    std::iter::once(service.name).chain(own).chain(aliases).collect()
}

fn said(project: &Project<'_>, service: &Service<'_>, words: &str) -> Vec<Said> {
    let direct = !texts::is_proxy(service.image());
    let mut said: Vec<Said> = service
        .pairs("environment")
        .into_iter()
        .map(|(key, text, _)| Said { key: key.to_owned(), text: text.to_owned(), direct })
        .collect();
    if !words.is_empty() {
        said.push(Said { key: "args".to_owned(), text: words.to_owned(), direct });
    }
    let waits = service.view.key("depends_on");
    let listed = waits.items().chain(service.view.key("links").items()).filter_map(View::word);
    let mapped = waits.entries().iter().map(|entry| &*entry.key);
    for name in listed.chain(mapped) {
        let name = name.split(':').next().unwrap_or_default();
        said.push(Said { key: "host".to_owned(), text: name.to_owned(), direct: false });
    }
    for config in service.view.key("configs").items() {
        let Some(name) = config.word().or_else(|| config.key("source").word()) else { continue };
        if let Some(text) = project.view.key("configs").key(name).key("content").word() {
            said.push(Said { key: String::new(), text: text.to_owned(), direct: true });
        }
    }
    said
}
