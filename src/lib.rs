//! a8ctl reads one topology profile and writes everything a highly available control plane needs on a target;
//! and it judges manifests, of whomever.
//!
//! ```text
//! profile text -> profile::load -> Topology -> target::render -> Artifacts -> files
//!                                  Topology -> failure::system -> Analysis -> Survival -> report
//! manifest text -> manifest::of_file -> Documents -> lint::run -> Findings -> report
//! ```
//!
//! The library does no I/O and prints nothing; the binary owns files, terminal and exit codes.

mod balancer;
pub mod datastore;
pub mod diagnostic;
pub mod failure;
pub mod grammar;
pub mod lint;
pub mod manifest;
pub mod profile;
mod reader;
mod replication;
pub mod report;
pub mod target;
mod template;
pub mod topology;
pub mod yaml;
