//! References followed, contradictions refused: what comes out can be rendered.

use crate::datastore::Store;
use crate::diagnostic::{Diagnostic, Located, Span, did_you_mean, quoted};
use crate::grammar::{Name, SecretKey};
use crate::topology::{
    Component, Endpoint, Exposure, Need, Port, Redundancy, Role, Secret, SecretRef, Spread, Storage, Topology,
};

use super::environment;
use super::syntax::{Connection, Raw, RawService, Written};

/// The topology of a profile whose values all have their type. Problems are added; with an error among them
/// the result is not used.
pub(super) fn resolve(raw: Raw, profile: String, summary: Option<String>, problems: &mut Vec<Diagnostic>) -> Topology {
    let Raw { project, placement, spread, services, datastores, secrets, written, balancer, kubernetes, compose } = raw;
    let known = Known { datastores: &datastores, secrets: &secrets, written: &written };
    for store in &datastores {
        for secret in &store.secrets {
            known.check_secret(&secret.value, secret.span, problems);
        }
    }
    let mut components = Vec::new();
    let nodes = placement.nodes;
    for (name, service) in services {
        components.push(component(name, service, &known, spread, nodes, problems));
    }
    let mut all: Vec<Component> = datastores.iter().flat_map(|store| store.components.iter().cloned()).collect();
    for component in &all {
        enough_nodes(component, component.span, nodes, "", problems);
    }
    all.append(&mut components);
    unique_names(&all, problems);
    unique_secrets(&secrets, problems);
    unique_published(&all, problems);
    Topology {
        profile,
        summary,
        project,
        components: all,
        endpoints: datastores.iter().filter_map(|store| store.endpoint.clone()).collect(),
        placement,
        secrets: secrets.iter().map(|(name, keys)| Secret { name: name.value.clone(), keys: keys.clone() }).collect(),
        kubernetes,
        compose,
        balancer,
    }
}

/// What a reference may name.
pub(super) struct Known<'a> {
    datastores: &'a [Store],
    secrets: &'a [(Located<Name>, Vec<SecretKey>)],
    written: &'a Written,
}

impl Known<'_> {
    /// The datastore of a name, or an error.
    pub(super) fn datastore(&self, name: &Located<Name>, problems: &mut Vec<Diagnostic>) -> Option<&Store> {
        let found = self.datastores.iter().find(|store| store.name.value == name.value);
        if found.is_none() && !self.written.datastores.iter().any(|written| written == name.value.as_str()) {
            let names = self.datastores.iter().map(|store| store.name.value.as_str());
            problems.push(
                missing("missing-datastore", "datastore", "datastores", name.value.as_str(), names).at(name.span),
            );
        }
        found
    }

    /// How a datastore that has an address is reached.
    pub(super) fn endpoint<'a>(&'a self, store: &'a Store) -> Option<&'a Endpoint> {
        store.endpoint.as_ref()
    }

    /// An error unless the secret is declared with that key.
    pub(super) fn check_secret(&self, secret: &SecretRef, span: Span, problems: &mut Vec<Diagnostic>) {
        let Some((_, keys)) = self.secrets.iter().find(|(name, _)| name.value == secret.secret) else {
            if self.written.secrets.iter().any(|written| written == secret.secret.as_str()) {
                return;
            }
            let names = self.secrets.iter().map(|(name, _)| name.value.as_str());
            problems.push(missing("missing-secret", "secret", "secrets", secret.secret.as_str(), names).at(span));
            return;
        };
        if !keys.contains(&secret.key) {
            let message =
                format!("the secret {} has no key {}", quoted(secret.secret.as_str()), quoted(secret.key.as_str()));
            let near = did_you_mean(secret.key.as_str(), keys.iter().map(SecretKey::as_str));
            let help = near.map_or_else(
                || format!("add it: `secrets: {{ {}: [{}] }}`", secret.secret, secret.key),
                |near| format!("did you mean `{near}`?"),
            );
            problems.push(Diagnostic::error("missing-secret", message).at(span).help(help));
        }
    }
}

fn missing<'a>(
    code: &'static str,
    what: &str,
    section: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let near = did_you_mean(name, known);
    let help = near.map_or_else(
        || format!("add it under `{section}`, or name one that is there"),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::error(code, format!("the profile has no {what} {}", quoted(name))).help(help)
}

fn component(
    name: Located<Name>,
    service: RawService,
    known: &Known<'_>,
    spread: Spread,
    nodes: Located<u32>,
    problems: &mut Vec<Diagnostic>,
) -> Component {
    let spread = service.spread.unwrap_or(spread);
    let replicas = service.replicas;
    storage(&name, &service, problems);
    exposure(&name, &service.exposure, &service.ports, problems);
    let needs =
        service.connects.iter().filter_map(|connection| need(&name, connection, replicas, known, problems)).collect();
    let env = environment::resolve(&name, &service, known, problems);
    let component = Component {
        name: name.value,
        role: Role::Service,
        image: service.image,
        command: service.command,
        ports: service.ports,
        env,
        files: Vec::new(),
        secret_files: Vec::new(),
        scratch: Vec::new(),
        probes: service.probes,
        check: service.check,
        max_connections: service.max_connections,
        resources: service.resources,
        redundancy: Redundancy::any_of(replicas.value),
        spread,
        storage: service.storage,
        exposure: service.exposure.value,
        shutdown: service.shutdown,
        user: service.user,
        needs,
        calls: Vec::new(),
        members: false,
        client_env: service.client_env,
        span: name.span,
    };
    let place = if replicas.span.is_default() { name.span } else { replicas.span };
    enough_nodes(&component, place, nodes, ", or set `spread: preferred`", problems);
    component
}

/// Replicas that must each have a node of their own find one. `otherwise` ends the mend.
fn enough_nodes(
    component: &Component,
    place: Span,
    nodes: Located<u32>,
    otherwise: &str,
    problems: &mut Vec<Diagnostic>,
) {
    let (replicas, there) = (component.replicas(), nodes.value);
    if component.spread == Spread::Required && replicas > there {
        let message = format!(
            "{replicas} replicas of `{}` cannot each have a node of their own: there are {there}",
            component.name
        );
        problems.push(
            Diagnostic::error("more-replicas-than-nodes", message)
                .at(place)
                .with(nodes.span, "nodes")
                .help(format!("lower their number to {there}, or raise `placement.nodes` to {replicas}{otherwise}")),
        );
    }
}

fn need(
    name: &Located<Name>,
    connection: &Connection,
    replicas: Located<u32>,
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Need> {
    let store = known.datastore(&connection.datastore, problems)?;
    if !connection.engines.iter().any(|(engine, _)| engine.value.as_str() == store.engine) {
        let engines: Vec<String> = connection.engines.iter().map(|(engine, _)| quoted(engine.value.as_str())).collect();
        let message = format!(
            "`{}` cannot use {}: the datastore `{}` is of the engine {}",
            name.value,
            quoted(&store.engine),
            store.name.value,
            quoted(&store.engine)
        );
        let help = format!(
            "it connects to: {}; add its environment under `engines.{}`, or choose another datastore",
            engines.join(", "),
            store.engine
        );
        problems.push(
            Diagnostic::error("engine-mismatch", message)
                .at(connection.datastore.span)
                .with(store.name.span, "the datastore")
                .help(help),
        );
    }
    if !store.shared && replicas.value > 1 {
        let message = format!(
            "{} replicas of `{}` on an in-memory store: each would have its own data",
            replicas.value, name.value
        );
        problems.push(
            Diagnostic::error("memory-with-replicas", message)
                .at(replicas.span)
                .with(store.name.span, "the store")
                .help(format!(
                    "set `replicas: 1`, or give `{}` a kind that is shared, such as `kind: redis`",
                    store.name.value
                )),
        );
    }
    let need = Need { datastore: store.name.value.clone(), required: connection.required };
    known.endpoint(store).map(|_| need)
}

fn storage(name: &Located<Name>, service: &RawService, problems: &mut Vec<Diagnostic>) {
    let replicas = service.replicas.value;
    match &service.storage {
        Storage::Persistent { .. } if replicas > 1 => problems.push(
            Diagnostic::error("own-disk-with-replicas", format!("{replicas} replicas of `{}` with a disk each: each would have its own data", name.value))
                .at(service.storage_span)
                .with(service.replicas.span, "replicas")
                .help("write `kind: shared` for one disk, or `kind: replicated` for one that is written and others that follow"),
        ),
        Storage::Replicated { writer, .. } if *writer > replicas => problems.push(
            Diagnostic::error("writer-is-no-replica", format!("the writer of `{}` is number {writer} of {replicas}", name.value))
                .at(service.storage_span)
                .with(service.replicas.span, "replicas")
                .help(format!("name one of 1 to {replicas} as `writer`")),
        ),
        _ => {}
    }
}

fn exposure(name: &Located<Name>, exposure: &Located<Exposure>, ports: &[Port], problems: &mut Vec<Diagnostic>) {
    let published = ports.iter().find_map(|port| port.published);
    if ports.is_empty() {
        return;
    }
    match (exposure.value, published) {
        (Exposure::Internal, Some(port)) => problems.push(
            Diagnostic::error(
                "published-but-internal",
                format!("`{}` publishes the port {} and is internal", name.value, port.value),
            )
            .at(port.span)
            .with(exposure.span, "exposure")
            .help("set `exposure: node-port`, or remove `published`"),
        ),
        (Exposure::NodePort, None) => problems.push(
            Diagnostic::error("missing-key", format!("`{}` is exposed at a node port and publishes none", name.value))
                .at(exposure.span)
                .help("add `published: 31200` (or another free port) to one of its `ports`"),
        ),
        _ => {}
    }
}

fn unique_names(components: &[Component], problems: &mut Vec<Diagnostic>) {
    for (at, component) in components.iter().enumerate() {
        if let Some(first) = components[..at].iter().find(|other| other.name == component.name) {
            problems.push(
                Diagnostic::error("duplicate-name", format!("two components are called `{}`", component.name))
                    .at(component.span)
                    .with(first.span, "first here")
                    .help("give one of them another name; a datastore has `name`"),
            );
        }
        if let Some(owner) = taken_by(&component.name, components) {
            problems.push(
                Diagnostic::error("duplicate-name", format!("`{}` is also the name of {owner}", component.name))
                    .at(component.span)
                    .help("give it another name; a datastore has `name`"),
            );
        }
    }
}

/// What Compose calls the load balancer that it puts in front.
const BALANCER: &str = "balancer";

/// The component whose replicas, or whose headless Service, are called like this; or the load balancer's own name.
fn taken_by(name: &Name, components: &[Component]) -> Option<String> {
    if name.as_str() == BALANCER {
        return Some("the load balancer of Compose".to_owned());
    }
    components.iter().find_map(|other| {
        let suffix = name.as_str().strip_prefix(other.name.as_str())?.strip_prefix('-')?;
        let replica = suffix.parse::<u32>().is_ok_and(|number| number.to_string() == suffix);
        let taken = if suffix == "headless" {
            format!("the headless Service of `{}`", other.name)
        } else if replica {
            format!("a replica of `{}`", other.name)
        } else {
            return None;
        };
        Some(taken)
    })
}

/// Compose keeps every key of every secret in a file of its own, called by both.
fn unique_secrets(secrets: &[(Located<Name>, Vec<SecretKey>)], problems: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(String, Span)> = Vec::new();
    for (name, key) in secrets.iter().flat_map(|(name, keys)| keys.iter().map(move |key| (name, key))) {
        let file = format!("{}-{key}", name.value);
        match seen.iter().find(|(other, _)| *other == file) {
            Some((_, first)) => problems.push(
                Diagnostic::error("duplicate-name", format!("two keys of secrets are the same file `{file}`"))
                    .at(name.span)
                    .with(*first, "first here")
                    .help("give one of the keys or secrets another name"),
            ),
            None => seen.push((file, name.span)),
        }
    }
}

fn unique_published(components: &[Component], problems: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(Located<u16>, &Name)> = Vec::new();
    for component in components {
        for published in component.ports.iter().filter_map(|port| port.published) {
            match seen.iter().find(|(port, _)| port.value == published.value) {
                Some((first, owner)) => problems.push(
                    Diagnostic::error(
                        "port-collision",
                        if **owner == component.name {
                            format!("`{owner}` publishes the port {} twice", published.value)
                        } else {
                            format!("`{}` and `{owner}` publish the same port {}", component.name, published.value)
                        },
                    )
                    .at(published.span)
                    .with(first.span, "first here")
                    .help("give one of them another number"),
                ),
                None => seen.push((published, &component.name)),
            }
        }
    }
}
