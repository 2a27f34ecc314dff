//! Reading a tree whose shape somebody else answers for: what is not there, or is something else, reads as nothing.

use super::scalar::{Dialect, Scalar, scalar};
use crate::diagnostic::Span;
use crate::yaml::{Entry, Node, Value};

/// A node of Kubernetes' dialect, or none.
#[derive(Debug, Clone, Copy)]
pub struct View<'a>(Option<&'a Node>);

impl<'a> View<'a> {
    /// Of a node.
    pub fn of(node: &'a Node) -> Self {
        Self(Some(node))
    }

    /// Of nothing.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Below a path of keys with points between.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        path.split('.').fold(self, |view, key| view.key(key))
    }

    /// Below one key, which may hold points.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self(self.0.and_then(|node| node.get(key)).filter(|node| !node.is_null()))
    }

    /// The node, if it is there.
    pub fn node(self) -> Option<&'a Node> {
        self.0
    }

    /// Whether it is there.
    pub fn exists(self) -> bool {
        self.0.is_some()
    }

    /// Its place; that of a default where it is not there.
    pub fn span(self) -> Span {
        self.0.map_or(Span::DEFAULT, |node| node.span)
    }

    /// A string.
    pub fn text(self) -> Option<&'a str> {
        match self.scalar()? {
            Scalar::Str(text) => Some(text),
            _ => None,
        }
    }

    /// An integer that fits 32 bits, as all that are reckoned with do: sums and products of them are none too large.
    pub fn integer(self) -> Option<i64> {
        match self.scalar()? {
            Scalar::Int(number) => i32::try_from(number).ok().map(i64::from),
            _ => None,
        }
    }

    /// A boolean.
    pub fn boolean(self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is there and true.
    pub fn is_true(self) -> bool {
        self.boolean() == Some(true)
    }

    /// A scalar's text as it stands there.
    pub fn word(self) -> Option<&'a str> {
        match &self.0?.value {
            Value::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    fn scalar(self) -> Option<Scalar<'a>> {
        scalar(self.0?, Dialect::Kubernetes)
    }

    /// The items of a list; none of anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Self> + Clone {
        let items: &[Node] = match self.0.map(|node| &node.value) {
            Some(Value::Seq(items)) => items,
            _ => &[],
        };
        items.iter().map(Self::of)
    }

    /// The lines of a mapping; none of anything else.
    pub fn entries(self) -> &'a [Entry] {
        match self.0.map(|node| &node.value) {
            Some(Value::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// The place of a key, or of the mapping where it would stand.
    pub fn key_span(self, key: &str) -> Span {
        let entry = self.entries().iter().find(|entry| entry.key == key);
        entry.map_or(self.span(), |entry| entry.key_span)
    }

    /// Keys with values that are strings, such as labels.
    pub fn pairs(self) -> impl Iterator<Item = (&'a str, &'a str)> + Clone {
        self.entries().iter().filter_map(|entry| Some((entry.key.as_str(), Self::of(&entry.node).word()?)))
    }
}
