//! a8ctl reads one topology profile and writes everything a highly available control plane needs on a target.
//!
//! ```text
//! profile text -> profile::load -> Topology -> target::render -> Artifacts -> files
//! ```
//!
//! The library does no I/O and prints nothing; the binary owns files, terminal and exit codes.

mod balancer;
pub mod datastore;
pub mod diagnostic;
pub mod grammar;
pub mod profile;
mod reader;
pub mod target;
mod template;
pub mod topology;
pub mod yaml;
