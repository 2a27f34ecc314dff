//! nginx on each host, in front of the services of all hosts. What it cannot do in its open-source form is refused.

use crate::balancer::nginx;
use crate::diagnostic::Diagnostic;
use crate::target::hosts::{self, STATUS_PORT, Site};
use crate::target::{Artifacts, Gap, Header, Target};
use crate::topology::{Component, Endpoint, Platform, Topology};

use super::{Kind, clients, published};

pub(in crate::target) const TARGET: Target = Target {
    name: KIND.name,
    about: "nginx for services that run natively on hosts",
    platform: Platform::Hosts,
    render,
    gaps,
};

const KIND: Kind = Kind {
    name: "nginx",
    config_path: "nginx/nginx.conf",
    test: "nginx -t",
    secrets: nginx::secrets,
    listening: |_| vec![STATUS_PORT],
    config,
    client_config,
    places: |site, endpoint| site.directly(endpoint, |instance| instance.known_as()),
    refusals,
    warnings,
};

fn render(topology: &Topology, header: &Header) -> Result<Artifacts, Vec<Diagnostic>> {
    super::render(&KIND, topology, header)
}

fn config(site: &Site<'_>) -> String {
    let topology = site.topology;
    let services = published(topology).map(|(component, port)| nginx::HttpService {
        component,
        // The address that moves is not always here, so nothing can be bound to it alone.
        listen: port.to_string(),
        servers: site.of(component).map(|instance| (instance.name.clone(), instance.known_as())).collect(),
        sharing: hosts::sharing(topology),
    });
    let status = format!("{}:{STATUS_PORT}", hosts::address(site.host));
    nginx::render(&nginx::Config { status, relayed: false, services: services.collect() }, topology)
}

fn client_config(topology: &Topology) -> String {
    let services = published(topology).map(|(component, port)| nginx::HttpService {
        component,
        listen: format!("{}:{port}", clients::LOOPBACK),
        servers: clients::balancers(topology, port),
        sharing: u32::try_from(topology.balancer.clients.len()).unwrap_or(u32::MAX),
    });
    let status = format!("{}:{STATUS_PORT}", clients::LOOPBACK);
    nginx::render(&nginx::Config { status, relayed: true, services: services.collect() }, topology)
}

/// A datastore needs somebody in front who asks whether it is alive, and ends connections to one that is not.
fn refusals(topology: &Topology) -> Vec<Diagnostic> {
    let refusal = |endpoint: &Endpoint| {
        let (why, mend) = if endpoint.primary_only {
            (
                "cannot tell which of its servers is the primary",
                "use `generate haproxy`, or a datastore with one address: `kind: external` with `proxied: false`",
            )
        } else {
            (
                "cannot ask whether it is alive",
                "use `generate haproxy`, or `proxied: false` for a datastore with an address of its own",
            )
        };
        Diagnostic::error("nginx-cannot", format!("nginx cannot stand in front of `{}`: it {why}", endpoint.datastore))
            .at(endpoint.span)
            .help(mend)
    };
    topology.endpoints.iter().filter(|endpoint| endpoint.proxied).map(refusal).collect()
}

fn warnings(topology: &Topology) -> Vec<Diagnostic> {
    let checked: Vec<&Component> = topology.services().filter(|component| component.check.is_some()).collect();
    let needs = |component: &&Component| topology.endpoints_of(component).any(|(need, _)| need.required);
    let unguarded: Vec<&Component> = topology.services().filter(needs).collect();
    let mut warnings = Vec::new();
    if let Some(first) = checked.first() {
        let message = format!(
            "nginx has passive checks only: the `check` of {} is not asked, a replica is put aside when clients' requests fail",
            names(&checked)
        );
        warnings.push(
            Diagnostic::warning("passive-checks", message)
                .at(first.span)
                .help("`generate haproxy` asks before clients do"),
        );
    }
    if let Some(first) = unguarded.first() {
        let message = format!(
            "nginx does not see that a datastore is away: the answers of {} without it reach clients, also \"200, nothing\"",
            names(&unguarded)
        );
        warnings.push(
            Diagnostic::warning("unguarded", message)
                .at(first.span)
                .help("`generate haproxy` answers 503 instead, as long as the datastore is `proxied`"),
        );
    }
    warnings
}

fn gaps(topology: &Topology) -> Vec<Gap> {
    let mut out = super::gaps::gaps(topology);
    for component in topology.services() {
        if component.check.is_some() {
            let instead = "nginx puts a replica aside when clients' requests to it fail";
            out.push(Gap::new(format!("the check of `{}`", component.name), instead, component.span));
        }
    }
    out
}

fn names(components: &[&Component]) -> String {
    components.iter().map(|component| format!("`{}`", component.name)).collect::<Vec<_>>().join(" and ")
}
