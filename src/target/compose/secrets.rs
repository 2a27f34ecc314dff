//! Secrets as files below `secrets/`, which no artifact holds: a script makes them where they are missing.
//! Programs that read a file get the file; programs that read only their environment get an env file made from it.

use minijinja::Value as Context;
use serde_json::{Map, Value, json};

use crate::balancer::haproxy;
use crate::target::certificates::{self, Demand};
use crate::target::hosts::Site;
use crate::template::{self, context};
use crate::topology::{Component, EnvValue, SecretRef, Topology};

use super::{address, service};

pub(super) const SCRIPT: &str = "make-secrets.sh";

/// One file for each key: `redis-password`.
pub(super) fn file(secret: &SecretRef) -> String {
    format!("{}-{}", secret.secret, secret.key)
}

fn variables(component: &Component) -> Vec<(&str, &SecretRef)> {
    component
        .env
        .iter()
        .filter_map(|variable| match &variable.value {
            EnvValue::Secret(secret) => Some((variable.name.as_str(), secret)),
            _ => None,
        })
        .collect()
}

fn env_path(component: &Component) -> String {
    format!("{}.env", component.name)
}

/// Certificates and keys that the balancer reads, with their files' names.
fn pem(topology: &Topology) -> Vec<(&SecretRef, String)> {
    haproxy::secrets(topology, true, topology.endpoints.iter())
}

/// The same as mounts of its container.
pub(super) fn of_balancer(topology: &Topology) -> Vec<Value> {
    let mount = |(secret, name)| json!({ "source": file(secret), "target": format!("{}/{name}", haproxy::SECRETS) });
    pem(topology).into_iter().map(mount).collect()
}

/// Secrets that programs of one host read as files.
pub(super) fn declared(site: &Site<'_>) -> Map<String, Value> {
    let files = site.components().flat_map(|component| &component.secret_files).map(|it| &it.secret);
    let pem = pem(site.topology).into_iter().map(|(secret, _)| secret);
    files.chain(pem).map(|it| (file(it), json!({ "file": format!("./secrets/{}", file(it)) }))).collect()
}

/// The certificates of datastores, and where they are held against a name: where hosts call members, and where services
/// call the proxy in front of them.
pub(super) fn demands<'a>(site: &Site<'a>) -> Vec<Demand<'a>> {
    let topology = site.topology;
    certificates::demands(topology, |component, certificate| {
        let host = |address: String| address.rsplit_once(':').map(|(host, _)| host.to_owned());
        let members = site.of(component).filter_map(|instance| host(address(site, instance)));
        let called = topology.endpoints_at(component).flat_map(|endpoint| service::places(site, endpoint));
        let called = called.map(|(host, _)| host).filter(|_| certificate.to_clients);
        members.chain(called).collect()
    })
}

/// A component's secret files.
pub(super) fn mounts(component: &Component) -> Value {
    let mounts: Vec<Value> =
        component.secret_files.iter().map(|it| json!({ "source": file(&it.secret), "target": it.path() })).collect();
    if mounts.is_empty() { Value::Null } else { Value::Array(mounts) }
}

/// A component's secret variables. Not required, so that the project can be checked where its secrets are not.
pub(super) fn env_file(component: &Component) -> Value {
    if variables(component).is_empty() {
        return Value::Null;
    }
    json!([{ "path": format!("./secrets/{}", env_path(component)), "required": false }])
}

/// The script that makes them; `None` when the topology has no secrets. Only what a component of this topology
/// itself demands may be made up; a password that somebody else set must be given.
pub(super) fn script(site: &Site<'_>) -> Option<String> {
    let topology = site.topology;
    let mut own: Vec<String> = Vec::new();
    for it in topology.components.iter().flat_map(|component| &component.secret_files).filter(|it| !it.pem) {
        push_new(&mut own, file(&it.secret));
    }
    let mut foreign: Vec<String> = Vec::new();
    let mut environments: Vec<Context> = Vec::new();
    for component in &topology.components {
        let variables = variables(component);
        for (_, secret) in variables.iter().filter(|(_, secret)| !own.contains(&file(secret))) {
            push_new(&mut foreign, file(secret));
        }
        let line =
            |(name, secret): &(&str, &SecretRef)| context([("name", (*name).into()), ("secret", file(secret).into())]);
        let lines: Vec<Context> = variables.iter().map(line).collect();
        if !lines.is_empty() {
            environments.push(context([("path", env_path(component).into()), ("lines", lines.into())]));
        }
    }
    let mut certificates: Vec<String> = Vec::new();
    for secret in topology.pem() {
        push_new(&mut certificates, file(secret));
    }
    let demands = demands(site);
    let certificate = |name: String| {
        let demand = demands.iter().find(|demand| file(demand.secret) == name);
        // Names and addresses of the model, and the words of OpenSSL.
        let made = demand.map(|demand| Context::from_safe_string(demand.extensions()));
        context([("file", name.into()), ("made", made.into())])
    };
    let certificates: Vec<Context> = certificates.into_iter().map(certificate).collect();
    let several = topology.placement.hosts.len() > 1;
    let hosts: Vec<String> =
        topology.placement.hosts.iter().filter(|_| several).map(|host| host.name.to_string()).collect();
    (!environments.is_empty() || !own.is_empty() || !certificates.is_empty()).then(|| {
        let context = [
            ("own", own.into()),
            ("foreign", foreign.into()),
            ("pem", certificates.into()),
            ("environments", environments.into()),
            ("hosts", hosts.into()),
        ];
        template::render("make-secrets.sh", &template::context(context))
    })
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
