//! What holds the state. Each kind is one file: the keys it reads, the components it becomes, and how a client
//! reaches it.

mod etcd;
mod external;
mod memory;
mod redis;
mod server;

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::grammar::Name;
use crate::reader::{Fields, Reader};
use crate::topology::{Component, Endpoint, SecretRef};
use crate::yaml::Node;

/// A datastore as its kind has read it.
pub(crate) struct Store {
    /// Its name in the profile.
    pub(crate) name: Located<Name>,
    /// What its clients must speak: `redis`, `memory`, ...
    pub(crate) engine: String,
    /// Whether every replica of a client sees the same data.
    pub(crate) shared: bool,
    /// What runs for it.
    pub(crate) components: Vec<Component>,
    /// How it is reached.
    pub(crate) endpoint: Option<Endpoint>,
    /// Whether its clients fail without it.
    pub(crate) critical: Located<bool>,
    /// Secrets it names, and where.
    pub(crate) secrets: Vec<Located<SecretRef>>,
}

impl Store {
    /// A shared, critical one that consists of nothing yet.
    fn new(name: Located<Name>, engine: &str) -> Self {
        Self {
            name,
            engine: engine.to_owned(),
            shared: true,
            components: Vec::new(),
            endpoint: None,
            critical: Located { value: true, span: Span::DEFAULT },
            secrets: Vec::new(),
        }
    }
}

/// One kind of datastore.
pub struct Kind {
    /// The word after `kind:`.
    pub name: &'static str,
    /// One line for the documentation.
    pub about: &'static str,
    read: fn(&mut Fields<'_>, Located<Name>) -> Option<Store>,
}

/// Every kind. To add one: a file, and a line here.
pub const KINDS: &[Kind] = &[memory::KIND, redis::KIND, etcd::KIND, external::KIND, server::KIND];

/// Reads one entry of `datastores`.
pub(crate) fn read(reader: &mut Reader, name: &Located<String>, node: &mut Node) -> Option<Store> {
    let name = Located { value: crate::grammar::name(&name.value).ok()?, span: name.span };
    let mut fields = reader.fields(node, "a datastore")?;
    let choices: Vec<(&'static str, usize)> = KINDS.iter().enumerate().map(|(at, kind)| (kind.name, at)).collect();
    let kind = fields.required("kind", |r, n| r.choice(n, &choices))?;
    let critical = fields.or("critical", "true", |r, n| Some(Located { value: r.boolean(n)?, span: n.span }));
    let store = (KINDS[kind].read)(&mut fields, name);
    fields.finish();
    let (mut store, critical) = (store?, critical?);
    store.components.iter_mut().for_each(|component| component.critical = critical.value);
    store.endpoint.iter_mut().for_each(|endpoint| endpoint.critical = critical.value);
    Some(Store { critical, ..store })
}

/// The error for a key that only another kind has; it is read so that it is not called unknown as well.
fn only_with(fields: &mut Fields<'_>, span: Span, what: &str, mend: &str) {
    fields.reader().error(Diagnostic::error("contradiction", what).at(span).help(mend));
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn the_registry_holds_every_file_once() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/datastore")).unwrap();
        // A kind of several files is a folder.
        let kinds = files.filter(|file| file.as_ref().unwrap().file_name() != "mod.rs");
        assert_eq!(kinds.count(), KINDS.len());
        for kind in KINDS {
            assert_eq!(KINDS.iter().filter(|other| other.name == kind.name).count(), 1, "{}", kind.name);
            assert!(kind.about.ends_with('.'), "{}", kind.name);
        }
    }
}
