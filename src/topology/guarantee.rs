//! What the profile's author demands of the whole.

use crate::diagnostic::Span;
use crate::grammar::Millis;

/// That failures of some kinds cost no more than is said.
#[derive(Debug, Clone)]
pub struct Guarantee {
    /// Against what: the first word of a line of [`AGAINST`].
    pub against: &'static str,
    /// The kinds of failures that are meant.
    pub kinds: &'static [&'static str],
    /// The worst that may come of one.
    pub accepts: Accepts,
    /// The longest interruption; `None` for any that ends by itself.
    pub within: Option<Millis>,
    /// The most that may be lost: acknowledged writes of so long a time. `None` for nothing.
    pub loses: Option<Millis>,
    /// Where the profile says it.
    pub span: Span,
}

/// The worst outcome that a guarantee accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accepts {
    /// No client sees it.
    Survives,
    /// It returns by itself.
    Interrupted,
    /// Fewer answers, or reads only.
    Degraded,
    /// No answers until somebody acts, and nothing lost.
    Down,
}

impl Accepts {
    /// Every one, as it is written.
    pub const ALL: &[(&'static str, Self)] = &[
        ("survives", Self::Survives),
        ("interrupted", Self::Interrupted),
        ("degraded", Self::Degraded),
        ("down", Self::Down),
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, accepts)| *accepts == self).map_or("", |(word, _)| word)
    }
}

/// What can be guaranteed against, and which kinds of failures that means: a group, or one kind by its own name.
pub const AGAINST: &[(&str, &[&str])] = &[
    ("replica", &["replica-crash", "replica-hang", "replica-slow-start"]),
    ("node", &["node-loss"]),
    ("zone", &["zone-loss"]),
    ("datastore-primary", &["datastore-primary-crash", "datastore-primary-hang"]),
    ("datastore-replica", &["datastore-replica-crash"]),
    ("datastore-majority", &["datastore-majority-loss"]),
    ("datastore-restart", &["datastore-restart"]),
    ("datastore-disk", &["datastore-disk-loss"]),
    ("datastore", &["datastore-unreachable"]),
    ("balancer", &["balancer-crash"]),
    ("network", &["network-cut"]),
    ("drain", &["drain"]),
    ("update", &["rolling-update"]),
    ("replica-crash", &["replica-crash"]),
    ("replica-hang", &["replica-hang"]),
    ("replica-slow-start", &["replica-slow-start"]),
    ("node-loss", &["node-loss"]),
    ("zone-loss", &["zone-loss"]),
    ("datastore-primary-crash", &["datastore-primary-crash"]),
    ("datastore-primary-hang", &["datastore-primary-hang"]),
    ("datastore-replica-crash", &["datastore-replica-crash"]),
    ("datastore-majority-loss", &["datastore-majority-loss"]),
    ("datastore-disk-loss", &["datastore-disk-loss"]),
    ("datastore-unreachable", &["datastore-unreachable"]),
    ("balancer-crash", &["balancer-crash"]),
    ("network-cut", &["network-cut"]),
    ("rolling-update", &["rolling-update"]),
];

impl Guarantee {
    /// As a profile writes it.
    pub fn text(&self) -> String {
        let mut parts = Vec::new();
        let plain = self.within.is_none() && self.loses.is_none();
        if plain {
            return format!("{}: {}", self.against, self.accepts.as_str());
        }
        if !(self.accepts == Accepts::Interrupted && self.within.is_some()) {
            parts.push(format!("outcome: {}", self.accepts.as_str()));
        }
        parts.extend(self.within.map(|within| format!("within: {within}")));
        parts.extend(self.loses.map(|loses| format!("loses: {loses}")));
        format!("{}: {{ {} }}", self.against, parts.join(", "))
    }
}
