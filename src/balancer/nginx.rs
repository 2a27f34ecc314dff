//! One nginx configuration in front of HTTP services. It notices a bad replica by the answers to clients' requests
//! alone: open-source nginx asks nobody by itself. Without complaint from 1.22 to 1.30.

use minijinja::Value;

use crate::template::{self, context};
use crate::topology::{Component, SecretRef, Topology};

/// What one nginx does, with the addresses of the target it runs on.
pub(crate) struct Config<'a> {
    /// `address:port` that answers health and figures.
    pub(crate) status: String,
    /// Whether its servers are balancers themselves, each of which tries its own servers first.
    pub(crate) relayed: bool,
    /// What it passes requests to.
    pub(crate) services: Vec<HttpService<'a>>,
}

/// A service and where its replicas are.
pub(crate) struct HttpService<'a> {
    /// Whose replicas.
    pub(crate) component: &'a Component,
    /// `port` or `address:port` that clients call.
    pub(crate) listen: String,
    /// Name and `host:port` of each replica.
    pub(crate) servers: Vec<(String, String)>,
    /// Other balancers that pass requests to the same replicas at the same time.
    pub(crate) sharing: u32,
}

/// Where it reads certificates and keys: nginx looks below the directory of its configuration.
pub(crate) const SECRETS: &str = "secrets";

const CERTIFICATE: &str = "edge.pem";
const KEY: &str = "edge.pem.key";

/// Failures that put a replica aside, and for how long in seconds. One failure would be too few: three replicas that
/// are restarted one after another would all be aside at a time, and every request fail (measured with nginx's own
/// defaults: 1,788 of 6,000; with these two numbers 2).
const MAX_FAILS: u32 = 2;
pub(crate) const FAIL_TIMEOUT: u32 = 5;

/// Servers that one request is sent to at most: two that fail in the same moment, and one that does not.
const TRIES: u32 = 3;

/// Kilobytes that nginx's processes share for an upstream: the least that every version takes, and for each server
/// twice what it needs.
const ZONE: usize = 64;
const ZONE_PER_SERVER: usize = 2;

/// The secrets that it reads from [`SECRETS`], with their files' names there.
pub(crate) fn secrets(topology: &Topology) -> Vec<(&SecretRef, String)> {
    let tls = topology.balancer.tls.iter();
    tls.flat_map(|tls| [(&tls.certificate, CERTIFICATE.to_owned()), (&tls.key, KEY.to_owned())]).collect()
}

/// The whole `nginx.conf`.
pub(crate) fn render(config: &Config<'_>, topology: &Topology) -> String {
    let balancer = &topology.balancer;
    let certificate = |name: &str| balancer.tls.as_ref().map(|_| format!("{SECRETS}/{name}"));
    // A balancer must have time for its own second try.
    let timeout = balancer.server_timeout.0 * if config.relayed { 2 } else { 1 };
    template::render(
        "nginx.conf",
        &context([
            ("status", config.status.as_str().into()),
            ("server_timeout", format!("{timeout}ms").into()),
            // One server that hangs, and the answer of the next.
            ("all_servers_timeout", format!("{}ms", 2 * timeout).into()),
            ("max_body", format!("{}k", balancer.max_body.value.div_ceil(1024)).into()),
            ("request_buffering", balancer.request_buffering.into()),
            ("certificate", certificate(CERTIFICATE).into()),
            ("key", certificate(KEY).into()),
            ("max_fails", MAX_FAILS.into()),
            ("fail_timeout", format!("{FAIL_TIMEOUT}s").into()),
            ("tries", TRIES.into()),
            ("services", config.services.iter().map(service).collect::<Vec<_>>().into()),
        ]),
    )
}

fn service(service: &HttpService<'_>) -> Value {
    let servers = service
        .servers
        .iter()
        .map(|(name, address)| context([("name", name.as_str().into()), ("address", address.as_str().into())]));
    let max_connections = service.component.max_connections.map(|all| all.div_ceil(service.sharing.max(1)));
    context([
        ("name", service.component.name.as_str().into()),
        ("listen", service.listen.as_str().into()),
        ("zone", (ZONE + ZONE_PER_SERVER * service.servers.len()).into()),
        ("max_connections", max_connections.into()),
        ("servers", servers.collect::<Vec<_>>().into()),
    ])
}
