//! One haproxy configuration: HTTP services with active checks, datastores behind a proxy that closes the
//! connections of a dead or hung server. Clean on 2.6, 3.0 and 3.2.

use minijinja::Value;

use crate::template::{self, context};
use crate::topology::{self, Component, Encrypts, Endpoint, Place, SecretRef, TcpStep, Timing, Tls, Topology};

/// What one haproxy does, with the addresses of the target it runs on.
pub(crate) struct Config<'a> {
    /// Whether operators drain its servers and reload it: then it has an admin socket, and looks its servers up before
    /// it takes over from the process before it.
    pub(crate) operated: bool,
    /// How what it logs to its stdout is written.
    pub(crate) logs: Logs,
    /// Directory of certificates and keys.
    pub(crate) secrets: &'static str,
    /// `address:port` that answers health and metrics.
    pub(crate) status: String,
    /// How names are resolved while it runs; `None` takes the system's own resolvers.
    pub(crate) nameserver: Option<&'static str>,
    /// How long an address is used before its name is asked again: long where addresses outlive processes.
    pub(crate) hold_valid: &'static str,
    /// What it passes HTTP requests to.
    pub(crate) services: Vec<HttpService<'a>>,
    /// Datastores in front of which it stands.
    pub(crate) datastores: Vec<Datastore<'a>>,
}

/// Who reads what it logs.
#[derive(Clone, Copy)]
pub(crate) enum Logs {
    /// A container's platform.
    Raw,
    /// systemd's journal, which reads the level of each line.
    Journal,
}

/// Whose requests an [`HttpService`] takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Clients' own: it balances over all replicas, and believes nothing of what a client says of the way it came.
    Edge,
    /// Those for the one replica beside it.
    Beside,
    /// Balancers' checks of one replica: answered as the replica does, or with 503 when it lacks what it needs or is
    /// being drained.
    Checks,
}

/// A service and where its replicas are.
pub(crate) struct HttpService<'a> {
    /// Whose replicas.
    pub(crate) component: &'a Component,
    /// The end of its frontend's and its backend's names.
    pub(crate) name: String,
    /// Who calls.
    pub(crate) part: Part,
    /// `address:port` that is called.
    pub(crate) bind: String,
    /// The replicas.
    pub(crate) servers: Vec<Server>,
    /// Whether its servers are balancers themselves, each of which tries its own servers first.
    pub(crate) relayed: bool,
    /// Other balancers that pass requests to the same replicas at the same time.
    pub(crate) sharing: u32,
    /// Where the synchroniser beside the one replica is asked for its parts, `host:port`; for [`Part::Checks`] of what
    /// has one.
    pub(crate) synchroniser: Option<String>,
}

/// One server.
pub(crate) struct Server {
    /// Its name.
    pub(crate) name: String,
    /// `host:port`.
    pub(crate) address: String,
    /// Host and port that answer for it; `None` asks the server itself.
    pub(crate) check: Option<(String, u16)>,
}

/// A datastore and where it is.
pub(crate) struct Datastore<'a> {
    /// Which.
    pub(crate) endpoint: &'a Endpoint,
    /// `address:port` that services call.
    pub(crate) bind: String,
    /// The servers.
    pub(crate) servers: Vec<Server>,
}

impl Server {
    /// A server that answers for itself.
    pub(crate) fn plain(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { name: name.into(), address: address.into(), check: None }
    }
}

/// What a check asks for beside health: a part that the replica's synchroniser says it has.
const PART_HEADER: &str = "X-A8ctl-Part";

/// Milliseconds until a new process has asked every replica, and the synchronisers of its own host: it begins with all
/// of them within the shortest interval, that of the latter; a replica's answer may take 800 ms.
const ASKING: u32 = 1_200;
const ASKING_HERE: u32 = 250;

/// Where it reads certificates and keys in a container.
pub(crate) const SECRETS: &str = "/run/secrets/balancer";

/// The certificate for clients; its key is the file of that name with `.key` behind it, where haproxy looks for it.
const CERTIFICATE: &str = "edge.pem";

/// A request that makes every replica answer 500 five times would take all of them out, so error counting needs
/// others to turn to.
const OBSERVE_FROM: usize = 3;

/// A datastore's part of the names of its proxy. A service may be called like a datastore, but not like this: names
/// have no `_`.
fn proxy_name(endpoint: &Endpoint) -> String {
    format!("datastore_{}", endpoint.datastore)
}

/// The name of a datastore's backend.
fn datastore_backend(endpoint: &Endpoint) -> String {
    format!("be_{}", proxy_name(endpoint))
}

/// The name of the backend that says whether a datastore may be called: the same servers with a quicker doubt.
fn watch(endpoint: &Endpoint) -> String {
    format!("be_watch_{}", endpoint.datastore)
}

fn authority(endpoint: &Endpoint) -> String {
    format!("ca-{}.pem", endpoint.datastore)
}

/// What it shows to a datastore; its key is the file of that name with `.key` behind it.
fn client(endpoint: &Endpoint) -> String {
    format!("client-{}.pem", endpoint.datastore)
}

/// The secrets that a proxy for clients, with these datastores behind it, reads from its directory, with
/// their files' names there.
pub(crate) fn secrets<'a>(
    topology: &'a Topology,
    serves_clients: bool,
    endpoints: impl Iterator<Item = &'a Endpoint>,
) -> Vec<(&'a SecretRef, String)> {
    let tls = topology.balancer.tls.as_ref().filter(|_| serves_clients);
    let pair = |tls: &'a Tls, name: String| {
        let key = format!("{name}.key");
        [(&tls.certificate, name), (&tls.key, key)]
    };
    let edge = tls.into_iter().flat_map(|tls| pair(tls, CERTIFICATE.to_owned()));
    let encrypted = endpoints.filter(|endpoint| endpoint.proxied);
    let encrypted = encrypted.filter_map(|endpoint| Some((endpoint, endpoint.tls.as_ref()?)));
    let of_datastores = encrypted.flat_map(|(endpoint, tls)| {
        let ca = tls.ca.iter().map(|ca| (ca, authority(endpoint)));
        ca.chain(tls.client.iter().flat_map(|tls| pair(tls, client(endpoint))))
    });
    edge.chain(of_datastores).collect()
}

/// The whole `haproxy.cfg`.
pub(crate) fn render(config: &Config<'_>, topology: &Topology) -> String {
    let services: Vec<Value> = config.services.iter().map(|service| http(service, config, topology)).collect();
    let datastores: Vec<Value> = config.datastores.iter().map(|datastore| tcp(datastore, config.secrets)).collect();
    let required = config.datastores.iter().filter(|datastore| {
        topology
            .components
            .iter()
            .flat_map(|component| &component.needs)
            .any(|need| need.required && need.datastore == datastore.endpoint.datastore)
    });
    // Beside a replica it speaks for that replica: before the replica can answer, nobody may call either.
    let beside = config.services.iter().filter(|service| service.part == Part::Beside);
    let beside = beside.map(|service| format!("be_{}", service.name));
    let ready_needs: Vec<String> =
        required.map(|datastore| datastore_backend(datastore.endpoint)).chain(beside).collect();
    template::render(
        "haproxy.cfg",
        &context([
            ("version", topology.balancer.version.as_str().into()),
            ("operated", config.operated.into()),
            (
                "logs",
                match config.logs {
                    Logs::Raw => "raw",
                    Logs::Journal => "short",
                }
                .into(),
            ),
            ("status", config.status.as_str().into()),
            ("nameserver", config.nameserver.into()),
            ("hold_valid", config.hold_valid.into()),
            ("hurried", (topology.balancer.timing == Timing::Fast).into()),
            ("server_timeout", patience(config, topology).into()),
            ("certificate", topology.balancer.tls.as_ref().map(|_| format!("{}/{CERTIFICATE}", config.secrets)).into()),
            ("parts", config.services.iter().any(|service| !parts(service, topology).is_empty()).into()),
            ("part_header", PART_HEADER.into()),
            ("asking", ASKING.into()),
            ("asking_here", ASKING_HERE.into()),
            ("services", services.into()),
            ("datastores", datastores.into()),
            ("ready_needs", ready_needs.into()),
        ]),
    )
}

/// How long a server may take to answer: where it is a balancer, long enough for its own second try.
fn patience(config: &Config<'_>, topology: &Topology) -> String {
    let relayed = config.services.iter().any(|service| service.relayed);
    let once = topology.balancer.server_timeout;
    if relayed { format!("{}ms", 2 * once.0) } else { once.to_string() }
}

fn http(service: &HttpService<'_>, config: &Config<'_>, topology: &Topology) -> Value {
    let component = service.component;
    // Without them the service answers with errors, or with lies that look like answers.
    let guards: Vec<String> = topology
        .proxied(component)
        .filter(|(need, _)| need.required)
        .filter_map(|(_, endpoint)| {
            config.datastores.iter().find(|datastore| datastore.endpoint.datastore == endpoint.datastore)
        })
        .map(|datastore| watch(datastore.endpoint))
        .collect();
    let servers: Vec<Value> = service.servers.iter().map(server).collect();
    let parts = parts(service, topology);
    let edge = service.part == Part::Edge;
    let quick_return =
        service.part == Part::Beside || service.relayed || service.servers.iter().any(|server| server.check.is_some());
    // A replica that is written may be read at the same time.
    let ways = if parts.is_empty() { 1 } else { 2 };
    let max_connections = component.max_connections.map(|all| all.div_ceil(ways * service.sharing.max(1)));
    let pools = parts.iter().filter(|_| edge).map(|part| pool(&service.name, Some(part)));
    let pools: Vec<Value> = pools.chain([pool(&service.name, None)]).collect();
    let asked = parts.iter().filter(|_| service.part == Part::Checks);
    let asked: Vec<Value> = asked.filter_map(|part| asked_part(service, part)).collect();
    context([
        ("name", service.name.as_str().into()),
        ("pools", pools.into()),
        ("asked", asked.into()),
        ("host", component.name.as_str().into()),
        (
            "part",
            match service.part {
                Part::Edge => "edge",
                Part::Beside => "beside",
                Part::Checks => "checks",
            }
            .into(),
        ),
        ("bind", service.bind.as_str().into()),
        // Where the way to the datastore is part of what is checked, the first good answer says that it is there again;
        // where there is no other server, nothing is better than to try.
        ("quick_return", quick_return.into()),
        ("guards", guards.into()),
        ("servers", servers.into()),
        ("max_connections", max_connections.into()),
        ("observe", (!service.relayed && service.servers.len() >= OBSERVE_FROM).into()),
        (
            "check",
            component
                .check
                .as_ref()
                .map(|check| {
                    context([
                        ("method", check.method.into()),
                        ("path", check.path.as_str().into()),
                        ("status", check.status.into()),
                        ("interval", check.interval.to_string().into()),
                        // Half the interval once something is wrong: two answers decide.
                        ("fast_interval", format!("{}ms", (check.interval.0 / 2).max(1)).into()),
                    ])
                })
                .into(),
        ),
    ])
}

/// The parts of a service's replicas. Behind another balancer there are none: that one tells writes from reads.
fn parts(service: &HttpService<'_>, topology: &Topology) -> &'static [topology::Part] {
    topology.synchroniser(service.component).filter(|_| !service.relayed).map_or(&[], |(_, it)| it.parts)
}

/// A backend of a service: of the replicas that have a part, or of all.
fn pool(service: &str, part: Option<&topology::Part>) -> Value {
    let name = part.map_or_else(|| service.to_owned(), |part| format!("{service}_{}", part.name));
    context([
        ("name", name.into()),
        ("part", part.map(|part| part.name).into()),
        ("written", part.is_some_and(|part| part.written).into()),
    ])
}

/// How a replica's synchroniser is asked whether it has a part.
fn asked_part(service: &HttpService<'_>, part: &topology::Part) -> Option<Value> {
    Some(context([
        ("part", part.name.into()),
        ("name", format!("{}_{}", service.name, part.name).into()),
        ("server", service.servers.first()?.name.as_str().into()),
        ("address", service.synchroniser.as_deref()?.into()),
        ("steps", steps(part.check).into()),
    ]))
}

/// A dialogue over TCP. The steps are constants of whoever answers, never a profile's text.
fn steps(steps: &[TcpStep]) -> Vec<Value> {
    let written = steps.iter().map(|step| match step {
        TcpStep::Send(text) => format!("send {}", text.replace(' ', "\\ ")),
        TcpStep::SendBytes(hex) => format!("send-binary {hex}"),
        TcpStep::Expect(pattern) => format!("expect rstring '{pattern}'"),
    });
    written.map(Value::from_safe_string).collect()
}

fn server(server: &Server) -> Value {
    let check =
        server.check.as_ref().map(|(host, port)| context([("host", host.as_str().into()), ("port", (*port).into())]));
    context([
        ("name", server.name.as_str().into()),
        ("address", server.address.as_str().into()),
        ("check", check.into()),
    ])
}

/// The name that a server's certificate must be for. Certificates for addresses are not compared.
fn certified(address: &str) -> Option<&str> {
    let (host, _) = address.rsplit_once(':')?;
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_err().then_some(host)
}

fn tcp(datastore: &Datastore<'_>, secrets: &str) -> Value {
    let endpoint = datastore.endpoint;
    let tls = endpoint.tls.as_ref().map(|tls| {
        let file =
            tls.ca.as_ref().map_or_else(|| "@system-ca".to_owned(), |_| format!("{secrets}/{}", authority(endpoint)));
        let shown = tls.client.as_ref().map(|_| format!("{secrets}/{}", client(endpoint)));
        context([("ca", file.into()), ("shown", shown.into()), ("passed_on", (tls.by == Encrypts::Clients).into())])
    });
    let servers = datastore.servers.iter().map(|server| {
        context([
            ("name", server.name.as_str().into()),
            ("address", server.address.as_str().into()),
            ("certified", certified(&server.address).into()),
        ])
    });
    context([
        ("name", proxy_name(endpoint).into()),
        ("watch", watch(endpoint).into()),
        ("bind", datastore.bind.as_str().into()),
        ("alone_elsewhere", (matches!(endpoint.place, Place::External(_)) && datastore.servers.len() == 1).into()),
        ("servers", servers.collect::<Vec<_>>().into()),
        ("primary_only", endpoint.primary_only.into()),
        ("any", (!endpoint.primary_only && datastore.servers.len() > 1).into()),
        ("agreed", endpoint.agreed.into()),
        // Not one of this deployment's own networks: it answers later, and is not asked as often.
        ("remote", matches!(endpoint.place, Place::External(_)).into()),
        ("tls", tls.into()),
        ("steps", steps(&endpoint.check).into()),
    ])
}
