//! What a process is told: an environment file for its unit, as systemd and a shell read it alike.

use crate::grammar::Name;
use crate::target::hosts::{self, Instance, Site, Ways, text::host_port};
use crate::topology::{Component, Endpoint, EnvValue, Topology};

/// Where a replica's lies below `/etc`.
pub(super) fn path(topology: &Topology, instance: &Instance<'_>) -> String {
    format!("{}/{}.env", topology.project, instance.name)
}

/// The whole file.
pub(super) fn text(
    site: &Site<'_>,
    instance: &Instance<'_>,
    places: fn(&Site<'_>, &Endpoint) -> Vec<(String, String)>,
) -> String {
    let component = instance.component;
    let mut out =
        format!("# `EnvironmentFile=/etc/{}` in the unit of {}.\n", path(site.topology, instance), instance.name);
    let own = component.port_env.as_ref();
    if let Some(name) = own {
        out.push_str(&line(name.as_str(), &instance.port().to_string()));
    }
    let service = |name: &Name| {
        let main = site.topology.component(name).and_then(Component::main_port);
        (hosts::address(site.host), main.map_or(0, host_port).to_string())
    };
    let ways = Ways {
        datastore: &|endpoint| places(site, endpoint),
        service: &service,
        member: &|of, port| of.called_at(port),
    };
    let others = site.environment(instance, &ways);
    for (name, value) in others.iter().filter(|(name, _)| own.is_none_or(|own| own.as_str() != name)) {
        out.push_str(&line(name, value));
    }
    for variable in &component.env {
        if let EnvValue::Secret(secret) = &variable.value {
            let (name, key, secret) = (&variable.name, &secret.key, &secret.secret);
            out.push_str(&format!("# {name}: key `{key}` of the secret `{secret}`, from a file of your own.\n"));
        }
    }
    out
}

/// In double quotes, where `\` keeps the four characters that mean something there.
fn line(name: &str, value: &str) -> String {
    let mut quoted = String::new();
    for c in value.chars() {
        if matches!(c, '"' | '\\' | '`' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    format!("{name}=\"{quoted}\"\n")
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn values_stay_values() {
        assert_eq!(line("A", "b c"), "A=\"b c\"\n");
        assert_eq!(line("A", "\"$x` \\"), "A=\"\\\"\\$x\\` \\\\\"\n");
    }
}
