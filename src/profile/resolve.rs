//! References followed, contradictions refused: what comes out can be rendered.

use crate::datastore::Store;
use crate::diagnostic::{Diagnostic, Located, Severity, Span, did_you_mean, quoted};
use crate::grammar::{Name, SecretKey};
use crate::replication;
use crate::topology::{
    Care, Component, Encrypts, Endpoint, EnvValue, Exposure, Need, Port, Redundancy, Role, Secret, SecretFile,
    SecretRef, Spread, Storage, Topology,
};

use super::syntax::{Connection, Format, Raw, RawService, Written};
use super::{environment, nesting, room, unique};

/// The topology of a profile whose values all have their type. Problems are added; with an error among them
/// the result is not used.
pub(super) fn resolve(raw: Raw, profile: String, summary: Option<String>, problems: &mut Vec<Diagnostic>) -> Topology {
    let Raw {
        project,
        placement,
        spread,
        services,
        datastores,
        secrets,
        written,
        balancer,
        kubernetes,
        compose,
        guarantees,
        ..
    } = raw;
    let called: Vec<(Name, bool)> =
        services.iter().map(|(name, service)| (name.value.clone(), !service.ports.is_empty())).collect();
    let known =
        Known { project: &project, datastores: &datastores, services: &called, secrets: &secrets, written: &written };
    for secret in datastores.iter().flat_map(|store| &store.secrets).chain(&raw.balancer_secrets) {
        known.check_secret(&secret.value, secret.span, problems);
    }
    let mut components = Vec::new();
    let nodes = placement.nodes;
    for (name, service) in services {
        let times = nesting::Times {
            name: &name.value,
            check: service.check.as_ref().map(|check| (check, service.check_span)),
            shutdown: service.shutdown.as_ref().map(|shutdown| (shutdown, service.shutdown_span)),
        };
        problems.extend(nesting::problems(&times, &balancer));
        components.push(component(name, service, &known, spread, nodes, problems));
    }
    let mut all: Vec<Component> = datastores.iter().flat_map(|store| store.components.iter().cloned()).collect();
    for component in &all {
        enough_nodes(component, component.span, nodes, "", problems);
    }
    all.extend(components.iter().filter_map(replication::synchroniser));
    all.append(&mut components);
    if let Some(capacity) = &placement.capacity {
        problems.extend(room::problems(&all, &placement, capacity));
    }
    unique::names(&all, problems);
    unique::secrets(&secrets, problems);
    unique::published(&all, problems);
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
        guarantees,
    }
}

/// What a reference may name.
pub(super) struct Known<'a> {
    /// What the deployment belongs to.
    pub(super) project: &'a Name,
    datastores: &'a [Store],
    /// Services, and whether they have a port.
    services: &'a [(Name, bool)],
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

    /// An error unless there is a service of that name that can be called.
    pub(super) fn check_service(&self, service: &Located<Name>, problems: &mut Vec<Diagnostic>) {
        match self.services.iter().find(|(name, _)| *name == service.value) {
            Some((_, true)) => {}
            Some((name, false)) => problems.push(
                Diagnostic::error("no-address", format!("`{name}` has no port, so nobody can call it"))
                    .at(service.span)
                    .help("give it `ports`, or name another service"),
            ),
            None if self.written.services.iter().any(|written| written == service.value.as_str()) => {}
            None => {
                let names = self.services.iter().map(|(name, _)| name.as_str());
                problems.push(
                    missing("missing-service", "service", "services", service.value.as_str(), names).at(service.span),
                );
            }
        }
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
    storage(&name, &service, known, problems);
    exposure(&name, &service.exposure, &service.ports, problems);
    let needs =
        service.connects.iter().filter_map(|connection| need(&name, connection, replicas, known, problems)).collect();
    let (env, secret_files) = environment::resolve(&name, &service, known, problems);
    for connection in &service.connects {
        introduced(&name, connection, &secret_files, known, problems);
    }
    let mut calls = Vec::new();
    for variable in &env {
        if let EnvValue::Service { service, .. } = &variable.value
            && !calls.contains(service)
        {
            calls.push(service.clone());
        }
    }
    let port_env = service.formats.iter().find(|(_, format)| matches!(format, Format::Port));
    let port_env = port_env.map(|(name, _)| name.value.clone());
    let component = Component {
        name: name.value,
        role: Role::Service,
        image: service.image,
        command: service.command,
        ports: service.ports,
        env,
        port_env,
        files: Vec::new(),
        secret_files,
        certificates: Vec::new(),
        scratch: Vec::new(),
        probes: service.probes,
        check: service.check,
        max_connections: service.max_connections,
        resources: service.resources,
        redundancy: Redundancy::any_of(replicas.value),
        given_up_after: None,
        spread,
        storage: service.storage,
        synchronises: None,
        critical: true,
        exposure: service.exposure.value,
        shutdown: service.shutdown,
        caught_up: Vec::new(),
        procedures: Vec::new(),
        care: Care::default(),
        forgets_after: service.forgets_after,
        rejoins: None,
        user: service.user,
        needs,
        calls,
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
    let required = connection.required.unwrap_or(store.critical);
    if required.value && !store.critical.value {
        let message = format!("`{}` requires `{}`, which is not critical", name.value, store.name.value);
        problems.push(
            Diagnostic::error("requires-non-critical", message)
                .at(required.span)
                .with(store.critical.span, "not critical")
                .help("leave `required` out if it can do without; otherwise make the datastore `critical: true`"),
        );
    }
    Some(Need { datastore: store.name.value.clone(), required: required.value })
}

/// A datastore that asks its clients who they are is called by services that can say so.
fn introduced(
    name: &Located<Name>,
    connection: &Connection,
    files: &[SecretFile],
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) {
    // What could not be read may be what is missed here.
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return;
    }
    let Some(store) = known.datastore(&connection.datastore, &mut Vec::new()) else { return };
    let tls = known.endpoint(store).and_then(|endpoint| endpoint.tls.as_ref());
    let Some(client) = tls.filter(|tls| tls.by == Encrypts::Clients).and_then(|tls| tls.client.as_ref()) else {
        return;
    };
    let lacks = |secret: &SecretRef| !files.iter().any(|file| file.secret == *secret);
    if lacks(&client.certificate) || lacks(&client.key) {
        let message =
            format!("`{}` asks for a certificate, and nothing tells `{}` of its own", store.name.value, name.value);
        let help = format!(
            "name its variables under `engines.{}`: `{{ datastore: {}, as: certificate-file }}` and `as: key-file`",
            store.engine, store.name.value
        );
        problems.push(Diagnostic::warning("no-certificate", message).at(connection.datastore.span).help(help));
    }
}

fn storage(name: &Located<Name>, service: &RawService, known: &Known<'_>, problems: &mut Vec<Diagnostic>) {
    let replicas = service.replicas.value;
    if let Storage::Replicated { following, .. } = &service.storage {
        known.check_secret(&following.password.value, following.password.span, problems);
        problems.extend(replicated(name, service));
    }
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

/// What replicated storage needs around it: replicas that follow, and a balancer that finds the writer.
fn replicated(name: &Located<Name>, service: &RawService) -> Option<Diagnostic> {
    let refused = |code, message| Some(Diagnostic::error(code, message).at(service.storage_span));
    if service.replicas.value < 2 {
        let place = if service.replicas.span.is_default() { name.span } else { service.replicas.span };
        return refused("nobody-follows", format!("nobody follows the one replica of `{}`", name.value))
            .map(|it| it.with(place, "replicas").help("set `replicas` to 2 or more, or write `kind: persistent`"));
    }
    if service.ports.is_empty() {
        let message = format!("no balancer stands before `{}`, which has no port: nobody finds the writer", name.value);
        return refused("replicated-without-balancer", message).map(|it| {
            it.help("name the port that clients call: `ports: { http: { container: 8080 } }`, and a `check`; or write `kind: shared`")
        });
    }
    if service.check.is_none() {
        let message = format!("the balancer does not ask the replicas of `{}`: it finds no writer", name.value);
        return refused("replicated-without-balancer", message)
            .map(|it| it.help("say what it asks for: `check: { path: /health }`; or write `kind: shared`"));
    }
    None
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
