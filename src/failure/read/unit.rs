//! What runs, before it is known who calls whom: a workload, or services of Compose that stand in for one another.

use crate::failure::words::Form;
use crate::failure::{Clocks, Keeps, Lapse, Member, Takeover};
use crate::lint::stores::Store;

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// `Kind/namespace/name`, or a service's name.
    pub(super) id: String,
    /// What it is called where nothing else is called so.
    pub(super) name: String,
    /// Its namespace, where names that have none are looked for.
    pub(super) home: String,
    /// Where the names that it calls are known.
    pub(super) net: String,
    /// Whether it is in the network of its host.
    pub(super) in_host: bool,
    /// Its host, where it cannot be on another.
    pub(super) host: Option<usize>,
    /// Until its address is on another host, where it has one that moves.
    pub(super) moving: Option<Takeover>,
    pub(super) form: Form,
    pub(super) what: What,
    pub(super) image: String,
    /// At least one.
    pub(super) members: Vec<Member>,
    pub(super) keeps: Keeps,
    /// Whether it has a volume that outlives it.
    pub(super) volume: bool,
    pub(super) apart: bool,
    /// Whether nothing says where it stands.
    pub(super) anywhere: bool,
    /// Whether a Service with an address of its own spreads clients over its members.
    pub(super) proxied: bool,
    /// Whether it is bound to a node by that one's name.
    pub(super) pinned: bool,
    /// Whether it takes a port of its host.
    pub(super) port: bool,
    /// Members that an update must be allowed to end before the next find a place.
    pub(super) step: u32,
    pub(super) budget: Option<u32>,
    pub(super) clocks: Clocks,
    /// Until those that hang while they wait for what is gone are ended; `None` where nothing ends them.
    pub(super) ended: Option<Lapse>,
    /// What it says, in which others may be named.
    pub(super) said: Vec<Said>,
    /// What a store's own settings say.
    pub(super) settings: Settings,
}

/// What it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Service,
    Balancer,
    Store(Store),
    /// It watches servers of Redis and chooses the one that is written.
    Sentinel,
}

impl What {
    /// The name of the store that it is.
    pub(super) fn store(self) -> Option<Store> {
        match self {
            Self::Store(store) => Some(store),
            _ => None,
        }
    }
}

/// A text that may name others.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The variable or the flag whose value it is; nothing where it is a file.
    pub(super) key: String,
    pub(super) text: String,
    /// Whether the program itself calls what it names, without a proxy in between.
    pub(super) direct: bool,
}

/// What a store is told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Settings {
    /// Milliseconds of silence after which a member is given up.
    pub(super) patience: Option<u64>,
    /// Replicas without which a primary takes no writes.
    pub(super) followers: Option<u32>,
    /// Whether it is told to keep nothing on its disk.
    pub(super) persistence_off: bool,
    /// Whether it writes every change to its disk, and not now and then all of it.
    pub(super) log: bool,
    /// Whether members are told of one another, where they must be.
    pub(super) clustered: bool,
    /// Whether what it does before it ends asks the sentinels for another.
    pub(super) hands_over: bool,
}
