//! Services of Compose: everything on one host, where what ends is started again if that is said, and what hangs is
//! left alone.

use std::collections::HashMap;

use super::ground::Ground;
use super::link::Names;
use super::remarks::{Remarks, Sentence};
use super::store;
use super::texts;
use super::unit::{Said, Settings, Unit, What};
use crate::failure::lower::clocks as known;
use crate::failure::words::Form;
use crate::failure::{Clocks, Keeps, Lapse, Member, Roll};
use crate::lint::balancers;
use crate::manifest::{Document, Project, Service, View};

const SEVERAL: Sentence = (
    "{} files of Compose are read as one project on one host.",
    "{} files of Compose are read as one project on one host.",
);
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
/// Where programs have their settings, and what they need while they run.
const NO_DATA: &[&str] = &["/etc", "/run", "/var/run", "/tmp", "/usr", "/docker-entrypoint", "/proc", "/sys", "/dev"];

/// Adds what runs of some projects.
pub(super) fn read(
    projects: &[Project<'_>],
    documents: &[Document],
    ground: &mut Ground,
    units: &mut Vec<Unit>,
    names: &mut Names,
    remarks: &mut Remarks,
) {
    let mut host = None;
    let checks = Checks::of(documents);
    let tasks = tasks(projects);
    if projects.len() > 1 {
        remarks.of(SEVERAL, &projects.len().to_string());
    }
    let mut seen: HashMap<&str, ()> = HashMap::new();
    for project in projects {
        if project.view.key("include").exists() {
            remarks.of(EXTENDED, "the project");
        }
        for service in project.services.iter().filter(|it| !tasks.contains(&it.name) && !it.is_task()) {
            if seen.insert(service.name, ()).is_some() {
                remarks.of(TWICE, service.name);
                continue;
            }
            let Some(count) = count(service, remarks) else { continue };
            let node = *host.get_or_insert_with(|| ground.add("host"));
            let settings = settings(project, service, documents);
            units.push(unit(project, service, count, node, settings, &checks, remarks));
            for name in called(service) {
                names.add("", name, units.len() - 1);
            }
        }
    }
}

/// Services that others wait for until they have ended.
fn tasks<'a>(projects: &[Project<'a>]) -> Vec<&'a str> {
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
    if scale > MOST {
        remarks.of(MANY, service.name);
    }
    usize::try_from(scale.min(MOST)).ok()
}

fn unit(
    project: &Project<'_>,
    service: &Service<'_>,
    count: usize,
    node: usize,
    settings: Settings,
    checks: &Checks,
    remarks: &mut Remarks,
) -> Unit {
    let words = service.words();
    let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let exposed = service.view.key("expose").items().filter_map(View::integer);
    let ports: Vec<i64> = service.published().into_iter().map(|(_, port, _)| port).chain(exposed).collect();
    let published = service.view.key("ports").items().len() > 0;
    let balances = BALANCERS.iter().any(|it| service.program().starts_with(it)) && published;
    let what = if balances { What::Balancer } else { store::of(service.image(), &words, &ports) };
    let volume = kept(service);
    if service.view.at("healthcheck.test").exists() {
        remarks.of(UNMINDED, service.name);
    }
    if service.view.key("env_file").exists() {
        remarks.of(FILES, service.name);
    }
    if service.view.key("extends").exists() {
        remarks.of(EXTENDED, service.name);
    }
    let member = |number: usize| Member {
        name: if count == 1 { service.name.to_owned() } else { format!("{}-{number}", service.name) },
        node: Some(node),
    };
    let mut said = said(project, service, &words.join(" "));
    if balances {
        said.extend(checks.servers.keys().map(|host| Said {
            key: "server".to_owned(),
            text: host.clone(),
            direct: false,
        }));
    }
    Unit {
        id: project.id(service),
        name: service.name.to_owned(),
        home: String::new(),
        form: Form::Service,
        what,
        image: service.image().to_owned(),
        members: (1..=count).map(member).collect(),
        keeps: store::keeps(what, volume, settings),
        volume: volume.is_some(),
        apart: false,
        anywhere: false,
        budget: None,
        clocks: clocks(service, count, checks),
        ended: None,
        said,
        settings,
    }
}

fn clocks(service: &Service<'_>, count: usize, checks: &Checks) -> Clocks {
    let policy = service.view.key("restart").word().unwrap_or("no");
    let deployed = service.view.at("deploy.restart_policy");
    let condition = deployed.key("condition").word();
    let again = matches!(policy.split(':').next(), Some("always" | "unless-stopped" | "on-failure"))
        || matches!(condition, Some("any" | "on-failure"))
        || deployed.exists() && condition.is_none();
    let check = called(service).into_iter().find_map(|name| checks.servers.get(name)).copied().flatten();
    Clocks {
        crash_seen: check.map(|(lapse, _)| lapse),
        hang_seen: check.and_then(|(lapse, asks)| asks.then_some(lapse)),
        node_seen: check.map(|(lapse, _)| lapse),
        // A balancer that asks lets nobody in before it answers.
        start_seen: check.and_then(|(_, asks)| asks.then_some(Lapse::NONE)),
        restart: again.then_some(known::PROCESS_AGAIN),
        // Made anew by whoever changes it, whatever becomes of one that ends.
        rolled: Some(known::PROCESS_AGAIN),
        roll: if count > 1 { Roll::Together } else { Roll::OneByOne },
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

/// What it keeps beyond its own life, if anything.
fn kept(service: &Service<'_>) -> Option<Keeps> {
    let data = |target: &str| {
        !NO_DATA
            .iter()
            .any(|it| target == *it || target.starts_with(&format!("{it}/")) || target.starts_with(&format!("{it}-")))
            && !target.ends_with(".sock")
            && !target.ends_with(".conf")
    };
    let keeps = |volume: View<'_>| match volume.word() {
        // Without a name it goes with its container.
        Some(text) => {
            let mut words = text.split(':');
            let (source, target) = (words.next().unwrap_or_default(), words.next());
            let read = words.next().is_some_and(|mode| mode.split(',').any(|it| it == "ro"));
            !source.is_empty() && !read && target.is_some_and(data)
        }
        None => {
            let word = |key: &str| volume.key(key).word().unwrap_or_default();
            matches!(word("type"), "volume" | "bind" | "cluster")
                && !word("source").is_empty()
                && !volume.key("read_only").is_true()
                && data(word("target"))
        }
    };
    service.view.key("volumes").items().any(keeps).then_some(Keeps::Disk)
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

/// What a store is told: by its own words, and by files of settings, which are anybody's.
fn settings(project: &Project<'_>, service: &Service<'_>, documents: &[Document]) -> Settings {
    let span = |document: &Document| match document {
        Document::Redis(redis) => redis.lines.first().map(crate::manifest::Line::span),
        Document::Etcd(etcd) => etcd.settings.first().map(|(_, _, span)| *span),
        _ => None,
    };
    let own = project.view.span().source;
    let (mut words, mut files) = (Vec::new(), Vec::new());
    for document in documents {
        match span(document) {
            Some(span) if span.source != own => files.push(document),
            Some(span) if project.around(span).is_some_and(|it| it.name == service.name) => words.push(document),
            _ => {}
        }
    }
    store::settings(files.into_iter().chain(words))
}

/// What balancers' files say of the servers that they send requests to.
struct Checks {
    /// By host: until one that is away gets none any more, and whether it must answer; `None` where nobody asks.
    servers: HashMap<String, Option<(Lapse, bool)>>,
}

impl Checks {
    fn of(documents: &[Document]) -> Self {
        let mut servers = HashMap::new();
        for document in documents {
            match document {
                Document::Haproxy(config) => {
                    for section in &config.sections {
                        let asks = section.setting("option httpchk").is_some()
                            || section.setting("tcp-check expect").is_some();
                        let ms = |text: &str| balancers::haproxy_ms(text).map_or(0, |ms| ms as u64);
                        for server in balancers::servers(section).filter(|server| server.serves()) {
                            let number = |key: &str| server.value(key).map(|word| ms(&word.text));
                            let inter = number("inter").unwrap_or(2_000);
                            let patience = section.setting("timeout check").and_then(|(_, words)| words.first());
                            let patience = patience.map_or(inter, |word| ms(&word.text));
                            let fall = number("fall").unwrap_or(3);
                            let lapse = known::fails(fall.clamp(1, 1_000), inter, patience);
                            let check = server.has("check").then_some((Lapse::ms(0, lapse.max), asks));
                            servers.insert(server.host_port().0.to_owned(), check);
                        }
                    }
                }
                Document::Nginx(config) => {
                    for upstream in balancers::upstreams(config) {
                        for server in upstream.all("server") {
                            servers.insert(balancers::host_port(server.argument(1)).0.to_owned(), None);
                        }
                    }
                }
                _ => {}
            }
        }
        Self { servers }
    }
}
