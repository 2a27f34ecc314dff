//! Which units names mean.

use std::collections::{HashMap, HashSet};

use super::hosts::{Host, hosts, variable};
use super::unit::{Said, Unit};
use crate::lint::stores;

/// Names that hosts are called by, with the place in which they are known.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<(String, String), Vec<usize>>,
    /// Names of what somebody else runs, with what they are there.
    elsewhere: HashMap<(String, String), String>,
    /// As variables of every pod have them: `REDIS` for `redis`.
    variables: HashMap<(String, String), String>,
    /// Units by the address and the port that they are reached at.
    addresses: HashMap<(String, i64), Vec<usize>>,
    /// Addresses of these hosts.
    machines: HashSet<String>,
}

/// What a host whose names are known in a place is to itself.
pub(super) fn loopback(net: &str) -> String {
    format!("{net} 127.0.0.1")
}

impl Names {
    /// That a name means a unit, too.
    pub(super) fn add(&mut self, home: &str, name: &str, unit: usize) {
        let units = self.known.entry((home.to_owned(), name.to_owned())).or_default();
        if !units.contains(&unit) {
            units.push(unit);
        }
        let spelled = name.to_ascii_uppercase().replace(['-', '.'], "_");
        self.variables.entry((home.to_owned(), spelled)).or_insert_with(|| name.to_owned());
    }

    /// That a unit is reached at an address and a port, too.
    pub(super) fn add_address(&mut self, address: &str, port: i64, unit: usize) {
        let units = self.addresses.entry((address.to_owned(), port)).or_default();
        if !units.contains(&unit) {
            units.push(unit);
        }
    }

    /// That an address is one of these hosts'.
    pub(super) fn add_machine(&mut self, address: &str) {
        self.machines.insert(address.to_owned());
    }

    /// Whether an address is one of these hosts'.
    pub(super) fn is_machine(&self, address: &str) -> bool {
        self.machines.contains(address)
    }

    /// The units that a unit reaches by a host's name or address and a port.
    pub(super) fn called(&self, unit: &Unit, host: &str, port: Option<i64>) -> &[usize] {
        let own = unit.in_host && (host == "localhost" || host.starts_with("127."));
        let address = if own { loopback(&unit.net) } else { host.to_owned() };
        let at = port.and_then(|port| self.addresses.get(&(address, port)));
        at.map_or_else(|| self.of(&unit.net, host), Vec::as_slice)
    }

    /// That a name means what somebody else runs.
    pub(super) fn add_elsewhere(&mut self, home: &str, name: &str, there: String) {
        self.elsewhere.insert((home.to_owned(), name.to_owned()), there);
    }

    /// The units of a host that is named in some place; none where it is none of these.
    fn of(&self, home: &str, name: &str) -> &[usize] {
        let get = |home: &str, name: &str| self.known.get(&(home.to_owned(), name.to_owned())).map(Vec::as_slice);
        let found = match variable(name) {
            Some(variable) => {
                let service = variable.split("_SERVICE_").next().filter(|it| it.len() < variable.len());
                let service = service.or_else(|| variable.split("_PORT").next().filter(|it| it.len() < variable.len()));
                let name = service.and_then(|it| self.variables.get(&(home.to_owned(), it.to_owned())));
                name.and_then(|name| get(home, name))
            }
            None => {
                // `service`, `service.namespace` or `pod.service.namespace`, with or without what stands behind.
                let labels: Vec<&str> = name.split('.').take_while(|label| *label != "svc").collect();
                match labels.as_slice() {
                    [one] => get(home, one),
                    [one, two] => {
                        let pod = one.ends_with(|c: char| c.is_ascii_digit());
                        get(two, one).or_else(|| get(home, two).filter(|_| pod))
                    }
                    [_, two, three] => get(three, two),
                    _ => None,
                }
            }
        };
        found.unwrap_or_default()
    }

    fn of_elsewhere(&self, home: &str, name: &str) -> Option<&String> {
        let mut labels = name.split('.').take_while(|label| *label != "svc");
        let (one, two) = (labels.next()?, labels.next());
        self.elsewhere.get(&(two.unwrap_or(home).to_owned(), one.to_owned()))
    }

    /// What a unit names, each once.
    pub(super) fn named(&self, unit: &Unit) -> Named {
        let mut named = Named::default();
        for said in &unit.said {
            for host in hosts(&said.key, &said.text) {
                self.add_host(unit, said, &host, &mut named);
            }
        }
        named
    }

    fn add_host(&self, unit: &Unit, said: &Said, host: &Host<'_>, named: &mut Named) {
        let units = self.called(unit, host.name, host.port);
        for found in units {
            match named.units.iter_mut().find(|(other, _)| other == found) {
                Some((_, direct)) => *direct |= said.direct,
                None => named.units.push((*found, said.direct)),
            }
        }
        if !units.is_empty() || host.is_own() {
            return;
        }
        if self.machines.contains(host.name) {
            let at = host.port.map_or_else(|| host.name.to_owned(), |port| format!("{}:{port}", host.name));
            named.unanswered.push(at);
            return;
        }
        let store = host.scheme.and_then(of_scheme).or_else(|| host.port.and_then(stores::of_port));
        let there = self.of_elsewhere(&unit.net, host.name);
        // A file may hold examples, and what comes from another may be none of ours.
        let sure = !said.key.is_empty() || there.is_some();
        let line = (host.name.to_owned(), there.cloned());
        if sure && (there.is_some() || store.is_some()) {
            if !named.elsewhere.contains(&line) {
                named.elsewhere.push(line);
            }
        } else if sure && (host.scheme.is_some() || host.name.contains(".svc")) && !named.others.contains(&line.0) {
            named.others.push(line.0);
        }
    }
}

/// What a unit names.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Other units, and whether it calls them itself.
    pub(super) units: Vec<(usize, bool)>,
    /// Stores that somebody else runs, with what is known of where.
    pub(super) elsewhere: Vec<(String, Option<String>)>,
    /// Hosts that are none of these.
    pub(super) others: Vec<String>,
    /// Addresses of these hosts at which nothing is known to listen.
    pub(super) unanswered: Vec<String>,
}

/// The store that a scheme is of.
fn of_scheme(scheme: &str) -> Option<&'static str> {
    const SCHEMES: &[(&str, &str)] = &[
        ("redis", "redis"),
        ("rediss", "redis"),
        ("postgres", "postgres"),
        ("postgresql", "postgres"),
        ("mysql", "mysql"),
        ("mariadb", "mariadb"),
        ("mongodb", "mongo"),
        ("mongodb+srv", "mongo"),
        ("amqp", "rabbitmq"),
        ("amqps", "rabbitmq"),
        ("etcd", "etcd"),
        ("zookeeper", "zookeeper"),
        ("kafka", "kafka"),
    ];
    SCHEMES.iter().find(|(word, _)| word.eq_ignore_ascii_case(scheme)).map(|(_, store)| *store)
}
