//! Which certificates an operator must provide, and what each must be for.

use crate::topology::{Certificate, Component, SecretRef, Topology};

/// A certificate, and how it must be made.
pub(super) struct Demand<'a> {
    /// Where it is kept.
    pub(super) secret: &'a SecretRef,
    /// Who shows it: `serverAuth,clientAuth`, or `clientAuth`.
    pub(super) usage: &'static str,
    /// The names and addresses that it must be for, as `subjectAltName` of OpenSSL takes them: `DNS:etcd,IP:127.0.0.1`.
    /// Empty for any.
    pub(super) names: String,
}

impl Demand<'_> {
    /// The same as one bare word.
    pub(super) fn extensions(&self) -> String {
        let names = if self.names.is_empty() { String::new() } else { format!("subjectAltName={}", self.names) };
        let usage = format!("extendedKeyUsage={}", self.usage);
        if names.is_empty() { usage } else { format!("{usage} {names}") }
    }
}

/// Those of datastores that are deployed here. `hosts` says where a certificate of a component is held against a name.
pub(super) fn demands<'a>(
    topology: &'a Topology,
    hosts: impl Fn(&Component, &Certificate) -> Vec<String>,
) -> Vec<Demand<'a>> {
    let mut out: Vec<Demand<'a>> = Vec::new();
    for component in &topology.components {
        for certificate in &component.certificates {
            let mut names: Vec<String> = Vec::new();
            let local = certificate.to_clients.then(|| "127.0.0.1".to_owned());
            for name in hosts(component, certificate).into_iter().chain(local).map(|host| alternative(&host)) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            out.push(Demand { secret: &certificate.secret, usage: "serverAuth,clientAuth", names: names.join(",") });
        }
    }
    let clients = topology.endpoints.iter().filter_map(|endpoint| endpoint.tls.as_ref()?.client.as_ref());
    for client in clients {
        if !out.iter().any(|demand| *demand.secret == client.certificate) {
            out.push(Demand { secret: &client.certificate, usage: "clientAuth", names: String::new() });
        }
    }
    out
}

fn alternative(host: &str) -> String {
    let kind = if host.parse::<std::net::IpAddr>().is_ok() { "IP" } else { "DNS" };
    format!("{kind}:{host}")
}
