//! An object of Kubernetes.

use super::view::View;
use crate::diagnostic::Span;
use crate::grammar::is_hidden;
use crate::yaml::{Node, Value};

/// One object, whatever its kind.
#[derive(Debug, Clone)]
pub struct Object {
    /// `apiVersion`, or nothing.
    pub api_version: String,
    /// `kind`, or nothing.
    pub kind: String,
    /// `metadata.namespace`; `default` where none is named.
    pub namespace: String,
    /// `metadata.name`, or `metadata.generateName` with a star.
    pub name: String,
    node: Node,
}

impl Object {
    pub(super) fn new(node: Node) -> Self {
        let view = View::of(&node);
        let word = |path: &str| view.at(path).word().unwrap_or_default().to_owned();
        let prefix = view.at("metadata.generateName").word().map(|prefix| format!("{prefix}*"));
        let namespace = view.at("metadata.namespace").word().unwrap_or("default").to_owned();
        let name = view.at("metadata.name").word().map(str::to_owned).or(prefix).unwrap_or_default();
        Self { api_version: word("apiVersion"), kind: word("kind"), namespace, name, node }
    }

    /// What a list lists; the object itself when it is none.
    pub(super) fn into_items(mut self) -> Result<Vec<Node>, Box<Self>> {
        if !self.kind.ends_with("List") {
            return Err(Box::new(self));
        }
        let Value::Map(entries) = &mut self.node.value else { return Err(Box::new(self)) };
        let items = entries.iter_mut().find(|entry| entry.key == "items").map(|entry| &mut entry.node.value);
        match items {
            Some(Value::Seq(items)) => Ok(std::mem::take(items)),
            _ => Err(Box::new(self)),
        }
    }

    /// The whole of it.
    pub fn view(&self) -> View<'_> {
        View::of(&self.node)
    }

    /// The tree.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The group of the API, without its version; nothing for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// `Kind/namespace/name`, as it may be shown: anything may stand in a manifest.
    pub fn id(&self) -> String {
        let id = format!("{}/{}/{}", self.kind, self.namespace, self.name);
        if !id.chars().any(is_hidden) {
            return id;
        }
        id.chars().flat_map(|c| if is_hidden(c) { c.escape_default().collect() } else { vec![c] }).collect()
    }

    /// Where it says its name, or begins.
    pub fn name_span(&self) -> Span {
        let name = self.view().at("metadata.name");
        if name.exists() { name.span() } else { self.view().key("kind").span() }
    }

    /// Where it says its kind.
    pub fn kind_span(&self) -> Span {
        let kind = self.view().key("kind");
        if kind.exists() { kind.span() } else { self.node.span }
    }
}
