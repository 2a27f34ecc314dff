//! What is said of datastores alike on every target that runs them.

use crate::topology::{Backup, Component, Place, Redundancy, Role, Spread, Storage, Topology, VolumeSource};

use super::{Book, KEEP, shell};

/// A member of a datastore, and how commands are run in its container.
pub(in crate::target) struct Member {
    /// Its name.
    pub(in crate::target) name: String,
    /// Where the command is given: a host's name; `None` for anywhere.
    pub(in crate::target) on: Option<String>,
    /// What stands before a command.
    pub(in crate::target) exec: String,
}

impl Member {
    /// A command in its container, under a comment where that must be on its host.
    pub(in crate::target) fn runs(&self, words: &[String]) -> Vec<String> {
        let mut lines: Vec<String> = self.on.iter().map(|host| on(host)).collect();
        lines.push(format!("{} {}", self.exec, shell(words)));
        lines
    }
}

/// The line that says where those below it are given.
pub(in crate::target) fn on(host: &str) -> String {
    format!("# on {host}, in its directory")
}

/// Datastores that run here, without what keeps disks alike.
pub(in crate::target) fn stores(topology: &Topology) -> impl Iterator<Item = &Component> {
    topology.components.iter().filter(|it| it.role == Role::Datastore && it.synchronises.is_none())
}

/// What tells how each is. The first member answers for all that know of one another; the others are asked where each
/// knows only of itself.
pub(in crate::target) fn asks(book: &mut Book, topology: &Topology, members: impl Fn(&Component) -> Vec<Member>) {
    for component in stores(topology) {
        let members = members(component);
        let itself = matches!(component.redundancy, Redundancy::PrimaryReplica { .. });
        let asked = &members[..if itself { members.len() } else { members.len().min(1) }];
        for ask in &component.care.asks {
            book.says(format!("{}: {}.", component.name, lower(ask.about)));
            book.commands(asked.iter().flat_map(|member| member.runs(&ask.words)));
        }
    }
}

/// A sentence behind a colon. What is code stays as it is.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// What limits the number of replicas, and where it is written.
pub(in crate::target) fn scale(book: &mut Book, topology: &Topology, apply: &str) {
    book.says(format!(
        "The profile says how many there are: change it there, generate again into this directory, {apply}. What is \
         changed by hand is put back by the next time."
    ));
    let nodes = topology.placement.nodes.value;
    let limit = |component: &Component| match component.spread {
        Spread::Required => format!("each has a node of its own, so at most {nodes} while there are {nodes} nodes"),
        Spread::Preferred => "as many as the nodes have room for".to_owned(),
    };
    let of_service = |component: &Component| {
        let inside = component.needs.iter().any(|need| topology.endpoint(&need.datastore).is_none());
        let own = matches!(component.storage, Storage::Persistent { .. });
        let (count, limit) = (component.replicas(), limit(component));
        let why = if inside {
            "1, as its data is in the memory of each replica: more take a datastore that they share".to_owned()
        } else if own {
            format!("{count}; each has a disk of its own, which nobody makes like the others'")
        } else {
            format!("{count}; {limit}")
        };
        format!("`services.{}.replicas`: {why}.", component.name)
    };
    let of_store = |component: &Component| {
        let datastore = &topology.endpoints_at(component).next()?.datastore;
        let (key, how) = match component.redundancy {
            Redundancy::PrimaryReplica { .. } => {
                ("replicas", format!("{}; the others stand by: only the primary is called", limit(component)))
            }
            Redundancy::Quorum { .. } => {
                ("size", "an odd number; one more at a time, with `phase: add-member`".to_owned())
            }
            _ => return None,
        };
        Some(format!("`datastores.{datastore}.{key}`: {}; {how}.", component.replicas()))
    };
    book.list(topology.services().map(of_service).chain(stores(topology).filter_map(of_store)));
}

/// How what is not a datastore of this output is saved, if at all.
pub(in crate::target) fn elsewhere(book: &mut Book, topology: &Topology, claim: impl Fn(&Component) -> Option<String>) {
    let mut items: Vec<String> = Vec::new();
    for endpoint in &topology.endpoints {
        if let Place::External(host) = &endpoint.place {
            let (name, port) = (&endpoint.datastore, endpoint.port);
            items.push(format!("{name} is at {host}:{port}: whoever runs it saves and restores it."));
        }
    }
    for component in topology.services() {
        let name = &component.name;
        let inside = component.needs.iter().any(|need| topology.endpoint(&need.datastore).is_none());
        if inside {
            items.push(format!("What {name} knows is in its memory: a restart forgets it, and nothing can be saved."));
        }
        match &component.storage {
            Storage::Shared { source: VolumeSource::Nfs { server, path }, .. } => {
                items.push(format!("The disk of {name} is the directory {path} of the server {server}: save it there."))
            }
            Storage::Replicated { mount, .. } => items.push(format!(
                "Each replica of {name} keeps the same files at {mount} in its container: save that directory of one that \
                 follows."
            )),
            Storage::Shared { mount, .. } | Storage::Persistent { mount, .. } => {
                let claim = claim(component).map(|claim| format!(" ({claim})")).unwrap_or_default();
                items.push(format!("{name} keeps files at {mount} in its container{claim}: save that directory."));
            }
            Storage::None => {}
        }
    }
    for component in stores(topology).filter(|component| component.care.backup.is_none()) {
        let (name, here) = (&component.name, topology.endpoints_at(component).next().is_some());
        match &component.storage {
            Storage::None if here => items.push(format!("{name} keeps nothing: a restart forgets all of it.")),
            Storage::None => {}
            _ if here && !component.critical => {
                items.push(format!("The services go on without {name} and what it keeps."))
            }
            _ => {}
        }
    }
    if items.is_empty() && saved(topology).next().is_none() {
        items.push("Nothing here keeps anything that could be lost.".to_owned());
    }
    book.list(items);
}

/// Whether there is anything to save or to say of it.
pub(in crate::target) fn saved(topology: &Topology) -> impl Iterator<Item = (&Component, &Backup)> {
    stores(topology).filter_map(|component| Some((component, component.care.backup.as_ref()?)))
}

/// Those that decide which of a component's members is written: what they remember must go when it starts anew.
pub(in crate::target) fn voters<'a>(topology: &'a Topology, component: &'a Component) -> Option<&'a Component> {
    if !matches!(component.redundancy, Redundancy::PrimaryReplica { .. }) {
        return None;
    }
    let others = component.calls.iter().filter(|name| **name != component.name);
    others.filter_map(|name| topology.component(name)).find(|it| matches!(it.redundancy, Redundancy::Quorum { .. }))
}

/// What happens to a member that lost its disk, where it takes its data from the others by itself; `None` where it does
/// not.
pub(in crate::target) fn fills_by_itself(component: &Component) -> bool {
    component.members && component.rejoins.is_none() && !matches!(component.storage, Storage::None)
}

/// The words that put files in the place of those on a disk. What was there is kept beside them.
pub(in crate::target) fn put_files(disk: &str, directory: &str) -> String {
    format!("sh -c 'cd {disk}; rm -rf before; mv {directory} before; exec tar -xf -'")
}

/// Flags that say which member a disk is made for.
pub(in crate::target) fn restore_flags(
    backup: &Backup,
    of: &[(String, String)],
    all: &[Vec<(String, String)>],
) -> Vec<String> {
    let Backup::Snapshot { own, all: (flag, pair), .. } = backup else { return Vec::new() };
    let value = |variables: &[(String, String)], name: &str| {
        variables.iter().find(|(variable, _)| variable == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut out: Vec<String> = own.iter().map(|(flag, variable)| format!("{flag}={}", value(of, variable))).collect();
    let members: Vec<String> = all.iter().map(|of| format!("{}={}", value(of, pair[0]), value(of, pair[1]))).collect();
    out.push(format!("{flag}={}", members.join(",")));
    out
}

/// What is lost with a restore, before its commands.
pub(in crate::target) fn warning(book: &mut Book, component: &Component) {
    book.says(format!(
        "**Restore {}.** What was written since the backup is lost, and the services answer with errors meanwhile. In this \
         order:",
        component.name
    ));
}

/// What replaces a single one that lost its disk.
pub(in crate::target) fn single(component: &Component) -> String {
    format!(
        "{} stands alone: without its disk it comes back empty, and only a backup has its data (*{KEEP}*).",
        component.name
    )
}
