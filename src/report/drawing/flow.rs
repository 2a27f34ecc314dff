//! Which part calls which.

use crate::failure::{Role, System};

/// Where a flow begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// Whoever calls the whole.
    Clients,
    /// A part, by its index.
    Part(usize),
}

/// What flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Requests.
    Calls,
    /// Who is the primary.
    Votes,
    /// What is on disks.
    Copies,
}

impl Kind {
    /// In a word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Votes => "votes",
            Self::Copies => "copies",
        }
    }
}

/// One part calls another, or clients call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Flow {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) kind: Kind,
}

/// Every flow once, in the system's order, those of clients first.
pub(super) fn flows(system: &System) -> Vec<Flow> {
    let mut flows = Vec::new();
    for (index, part) in system.parts.iter().enumerate() {
        let role = |part: usize| system.parts[part].role;
        let fronted = part.needs.iter().any(|need| role(need.part) == Role::Balancer);
        if part.role == Role::Balancer || (part.role == Role::Service && !fronted) {
            flows.push(Flow { from: End::Clients, to: End::Part(index), kind: Kind::Calls });
        }
        let needed = part.needs.iter().map(|need| need.part).chain(part.voters());
        for other in needed.filter(|other| *other != index) {
            let (here, there) = (End::Part(index), End::Part(other));
            flows.push(match role(other) {
                // A service needs what stands before it.
                Role::Balancer => Flow { from: there, to: here, kind: Kind::Calls },
                Role::Voter => Flow { from: there, to: here, kind: Kind::Votes },
                Role::Synchroniser => Flow { from: there, to: here, kind: Kind::Copies },
                _ => Flow { from: here, to: there, kind: Kind::Calls },
            });
        }
    }
    flows.sort_unstable();
    flows.dedup();
    flows
}
