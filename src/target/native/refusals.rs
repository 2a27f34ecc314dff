//! What cannot run beside one another on hosts without any mapping of ports.

use crate::diagnostic::{Diagnostic, Span};
use crate::target::hosts::text::host_port;
use crate::target::hosts::{STATUS_PORT, refusals};
use crate::topology::{Exposure, Topology};

use super::clients;

/// Everything but what a balancer itself cannot do.
pub(super) fn all(topology: &Topology, target: &str) -> Vec<Diagnostic> {
    let mut problems = refusals::hosts(topology);
    let why = format!("{target} deploys nothing that keeps the disks alike");
    let mend = "`generate compose` of the same profile, or write `kind: shared`, a mount of your own on every host";
    problems.extend(refusals::replicated(topology, &why, mend));
    problems.extend(refusals::members(topology));
    problems.extend(collisions(topology));
    problems.extend(unfronted(topology));
    problems.extend(clients::refusals(topology));
    problems
}

/// Services that others call and that no balancer stands in front of.
fn unfronted(topology: &Topology) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for caller in topology.services() {
        for called in caller.calls.iter().filter_map(|name| topology.component(name)) {
            if called.exposure == Exposure::Internal {
                let message = format!("`{}` calls `{}`, and nothing balances over it here", caller.name, called.name);
                problems.push(
                    Diagnostic::error("unbalanced-service", message)
                        .at(called.span)
                        .help("let the balancer of each host serve it: `exposure: node-port` and a `published` port"),
                );
            }
        }
    }
    problems
}

/// Who wants a port of every host.
struct Listener {
    port: u16,
    what: String,
    span: Span,
    mend: &'static str,
}

fn collisions(topology: &Topology) -> Vec<Diagnostic> {
    let balancer =
        Listener { port: STATUS_PORT, what: "the balancer's own status".to_owned(), span: Span::DEFAULT, mend: "" };
    let processes = topology.components.iter().filter_map(|component| {
        Some(Listener {
            port: component.main_port()?.service,
            what: format!("`{}`", component.name),
            span: component.span,
            mend: "give one of them another `service` port: on a host nothing maps it",
        })
    });
    let published = topology.services().filter(|component| component.exposure != Exposure::Internal);
    let published = published.filter_map(|component| {
        let port = component.main_port()?;
        Some(Listener {
            port: host_port(port),
            what: format!("the balancer for clients of `{}`", component.name),
            span: port.published.map_or(component.span, |published| published.span),
            mend: "let its port have another `published`: on a host the balancer listens there beside the processes",
        })
    });
    let all: Vec<Listener> = [balancer].into_iter().chain(processes).chain(published).collect();
    let mut problems = Vec::new();
    for (at, second) in all.iter().enumerate() {
        if let Some(first) = all[..at].iter().find(|first| first.port == second.port) {
            let message = format!("{} and {} both listen at port {} of a host", first.what, second.what, second.port);
            let problem = Diagnostic::error("port-collision", message).at(second.span).help(second.mend);
            problems.push(if first.span.is_default() { problem } else { problem.with(first.span, "first here") });
        }
    }
    problems
}
