//! The drawing of a system: zones with their nodes with their members, what stands on no node beside them, and above
//! that which part calls which.
//!
//! Everything is placed by the order in the system and by what texts may need, so the same system gives the same bytes.

mod columns;
mod dot;
mod flow;
mod mermaid;
mod plan;
mod shelf;
mod svg;
mod text;

pub use text::xml;

pub(super) use svg::{STYLE, inline, title};

use crate::failure::{Part, Role, Shape, System};

/// A way to write a drawing.
#[derive(Debug)]
pub struct Format {
    /// What users call it.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Writes it.
    pub write: fn(&System) -> String,
}

/// All of them, the default first.
pub const FORMATS: &[Format] = &[svg::FORMAT, mermaid::FORMAT, dot::FORMAT];

/// What a part is for, in a word, which is also its class in an SVG.
fn word(role: Role) -> &'static str {
    match role {
        Role::Service => "service",
        Role::Balancer => "balancer",
        Role::Datastore => "datastore",
        Role::Voter => "voter",
        Role::External => "external",
        Role::Synchroniser => "synchroniser",
    }
}

/// What a zone is called where nothing else says that it is one: its name is often a letter.
fn zone(name: &str) -> String {
    if name.starts_with("zone") { name.to_owned() } else { format!("zone {name}") }
}

/// What a part is and how its members stand in for one another, in a few words.
fn about(part: &Part) -> String {
    let all = part.members.len();
    let what = match part.role {
        Role::External => "run by others",
        role => word(role),
    };
    match part.shape {
        _ if all <= 1 => what.to_owned(),
        Shape::AnyOf => format!("{what}, any of {all}"),
        Shape::Quorum => format!("{what}, {} of {all} agree", all / 2 + 1),
        Shape::PrimaryReplica { .. } if part.role == Role::Balancer => format!("{what}, {} stand by", all - 1),
        Shape::PrimaryReplica { .. } => format!("{what}, {} follow", all - 1),
    }
}

/// What a member is in its part until something fails.
fn standing(part: &Part, member: usize) -> &'static str {
    let first = member == 0;
    match (part.role, part.shape) {
        (_, Shape::AnyOf) | (Role::Voter | Role::External, _) | (_, Shape::Quorum) => word(part.role),
        (Role::Balancer, Shape::PrimaryReplica { .. }) => {
            if first {
                "has the address"
            } else {
                "stands by"
            }
        }
        (_, Shape::PrimaryReplica { .. }) => {
            if first {
                "primary"
            } else {
                "follows"
            }
        }
    }
}
