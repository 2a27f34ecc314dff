//! What may be there only once.

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::grammar::{Name, SecretKey};
use crate::topology::Component;

pub(super) fn names(components: &[Component], problems: &mut Vec<Diagnostic>) {
    for (at, component) in components.iter().enumerate() {
        if let Some(first) = components[..at].iter().find(|other| other.name == component.name) {
            problems.push(
                Diagnostic::error("duplicate-name", format!("two components are called `{}`", component.name))
                    .at(component.span)
                    .with(first.span, "first here")
                    .help(if first.synchronises.is_some() {
                        "give the service another name: what keeps replicated disks alike is called `SERVICE-sync`"
                    } else {
                        "give one of them another name; a datastore has `name`"
                    }),
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
        let is_number = |text: &str| text.parse::<u32>().is_ok_and(|number| number.to_string() == text);
        let replica = is_number(suffix) || suffix.strip_suffix("-disk").is_some_and(is_number);
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
pub(super) fn secrets(secrets: &[(Located<Name>, Vec<SecretKey>)], problems: &mut Vec<Diagnostic>) {
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

pub(super) fn published(components: &[Component], problems: &mut Vec<Diagnostic>) {
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
