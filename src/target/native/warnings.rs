//! What this output leaves to others, whichever the balancer.

use crate::diagnostic::Diagnostic;
use crate::target::hosts::{Instance, Site};
use crate::topology::{Component, Role};

pub(super) fn all(sites: &[Site<'_>]) -> Vec<Diagnostic> {
    let Some(site) = sites.first() else { return Vec::new() };
    let components = site.topology.components.iter();
    components.filter_map(|component| not_deployed(site, component).or_else(|| untold_port(site, component))).collect()
}

/// Datastores are somebody's who knows their data: what is expected of them is said.
fn not_deployed(site: &Site<'_>, component: &Component) -> Option<Diagnostic> {
    let places = places(site, component);
    let message = format!("`{}` is not deployed by this target: it must be at {places}", component.name);
    let warning = Diagnostic::warning("not-deployed", message).at(component.span);
    (component.role == Role::Datastore)
        .then(|| warning.help("install it there, or say where another is: `kind: external`"))
}

/// A process that listens where its image does, and not where the balancer calls it.
fn untold_port(site: &Site<'_>, component: &Component) -> Option<Diagnostic> {
    let by_itself = component.main_port()?.container;
    let elsewhere = site.of(component).any(|instance| instance.port() != by_itself);
    let places = places(site, component);
    let message =
        format!("`{}` must listen at {places}, and no variable tells it: its own port is {by_itself}", component.name);
    let warning = Diagnostic::warning("untold-port", message).at(component.span);
    (elsewhere && component.port_env.is_none())
        .then(|| warning.help("name the variable that does, `formats: { NAME: port }`, or configure each process"))
}

fn places(site: &Site<'_>, component: &Component) -> String {
    site.of(component).map(Instance::known_as).collect::<Vec<_>>().join(", ")
}
