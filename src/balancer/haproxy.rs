//! One haproxy configuration: HTTP services with active checks, datastores behind a proxy that closes the
//! connections of a dead or hung server. Clean on 2.6, 3.0 and 3.2.

use minijinja::Value;

use crate::template::{self, context};
use crate::topology::{Component, Endpoint, TcpStep, Topology};

/// What one haproxy does, with the addresses of the target it runs on.
pub(crate) struct Config<'a> {
    /// Whether clients call it directly: then it has an admin socket for draining and for seamless reloads, and
    /// believes nothing of what a client says of the way it came.
    pub(crate) edge: bool,
    /// `address:port` that answers health and metrics.
    pub(crate) status: String,
    /// How names are resolved while it runs; `None` takes the system's own resolvers.
    pub(crate) nameserver: Option<&'static str>,
    /// How long an address is used before its name is asked again: long where addresses outlive processes.
    pub(crate) hold_valid: &'static str,
    /// Services in front of which it stands.
    pub(crate) services: Vec<HttpService<'a>>,
    /// Datastores in front of which it stands.
    pub(crate) datastores: Vec<Datastore<'a>>,
}

/// A service and where its replicas are.
pub(crate) struct HttpService<'a> {
    /// Whose replicas.
    pub(crate) component: &'a Component,
    /// `address:port` that clients call.
    pub(crate) bind: String,
    /// Name and `host:port` of each replica.
    pub(crate) servers: Vec<(String, String)>,
}

/// A datastore and where it is.
pub(crate) struct Datastore<'a> {
    /// Which.
    pub(crate) endpoint: &'a Endpoint,
    /// `address:port` that services call.
    pub(crate) bind: String,
    /// Name and `host:port` of each server.
    pub(crate) servers: Vec<(String, String)>,
}

/// A request that makes every replica answer 500 five times would take all of them out, so error counting needs
/// others to turn to.
const OBSERVE_FROM: usize = 3;

/// A datastore's part of the names of its proxy. A service may be called like a datastore, but not like this: names
/// have no `_`.
fn proxy_name(endpoint: &Endpoint) -> String {
    format!("datastore_{}", endpoint.datastore)
}

/// The name of a datastore's backend, which `nbsrv()` of the services refers to.
fn datastore_backend(endpoint: &Endpoint) -> String {
    format!("be_{}", proxy_name(endpoint))
}

/// The whole `haproxy.cfg`.
pub(crate) fn render(config: &Config<'_>, topology: &Topology) -> String {
    let services: Vec<Value> = config.services.iter().map(|service| http(service, config, topology)).collect();
    let datastores: Vec<Value> = config.datastores.iter().map(tcp).collect();
    let required = config.datastores.iter().filter(|datastore| {
        topology
            .components
            .iter()
            .flat_map(|component| &component.needs)
            .any(|need| need.required && need.datastore == datastore.endpoint.datastore)
    });
    // Beside a replica it speaks for that replica: before the replica can answer, nobody may call either.
    let beside =
        config.services.iter().filter(|_| !config.edge).map(|service| format!("be_{}", service.component.name));
    let ready_needs: Vec<String> =
        required.map(|datastore| datastore_backend(datastore.endpoint)).chain(beside).collect();
    template::render(
        "haproxy.cfg",
        &context([
            ("edge", config.edge.into()),
            ("status", config.status.as_str().into()),
            ("nameserver", config.nameserver.into()),
            ("hold_valid", config.hold_valid.into()),
            ("server_timeout", topology.balancer.server_timeout.to_string().into()),
            ("services", services.into()),
            ("datastores", datastores.into()),
            ("ready_needs", ready_needs.into()),
        ]),
    )
}

fn http(service: &HttpService<'_>, config: &Config<'_>, topology: &Topology) -> Value {
    let component = service.component;
    // Without them the service answers with errors, or with lies that look like answers.
    let guards: Vec<String> = topology
        .proxied(component)
        .filter(|(need, _)| need.required)
        .filter(|(_, endpoint)| {
            config.datastores.iter().any(|datastore| datastore.endpoint.datastore == endpoint.datastore)
        })
        .map(|(_, endpoint)| datastore_backend(endpoint))
        .collect();
    let servers: Vec<Value> = service.servers.iter().map(server).collect();
    context([
        ("name", component.name.as_str().into()),
        ("bind", service.bind.as_str().into()),
        ("guards", guards.into()),
        ("servers", servers.into()),
        ("max_connections", component.max_connections.into()),
        ("observe", (service.servers.len() >= OBSERVE_FROM).into()),
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

fn server((name, address): &(String, String)) -> Value {
    context([("name", name.as_str().into()), ("address", address.as_str().into())])
}

fn tcp(datastore: &Datastore<'_>) -> Value {
    let steps = datastore.endpoint.check.iter().map(|step| match step {
        TcpStep::Send(text) => format!("send {}", text.replace(' ', "\\ ")),
        TcpStep::Expect(pattern) => format!("expect rstring '{pattern}'"),
    });
    context([
        ("name", proxy_name(datastore.endpoint).into()),
        ("bind", datastore.bind.as_str().into()),
        ("servers", datastore.servers.iter().map(server).collect::<Vec<_>>().into()),
        ("primary_only", datastore.endpoint.primary_only.into()),
        // The steps are constants of the datastore's own file, never a profile's text.
        ("steps", steps.map(Value::from_safe_string).collect::<Vec<_>>().into()),
    ])
}
