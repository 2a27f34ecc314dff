//! Profile text to [`Topology`]: read, merge, check, resolve. Every problem is found in one run.

mod builtin;
mod environment;
mod layers;
mod merge;
mod nesting;
mod resolve;
mod room;
mod set;
mod show;
mod syntax;
mod unique;

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::reader::Reader;
use crate::topology::Topology;
use crate::yaml::Node;

pub use builtin::{BUILTINS, Builtin, DEFAULT};

/// Fetches a file's bytes for [`load`], which itself touches no file. The error is shown to the user.
pub type Read<'a> = &'a dyn Fn(&Path) -> Result<Vec<u8>, String>;

/// Which profile, and what lies over it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Name of a built-in, or path of a file.
    pub profile: &'a str,
    /// Files laid over it, the last one wins.
    pub overlays: &'a [PathBuf],
    /// `path=value`, laid over the files, the last one wins.
    pub sets: &'a [String],
}

/// A profile that was understood.
#[derive(Debug)]
pub struct Profile {
    /// What it means.
    pub topology: Topology,
    /// Every value, defaults included, each with its place.
    tree: Node,
}

/// What came of a [`Request`].
#[derive(Debug)]
pub struct Loaded {
    /// The profile; `None` when there are errors.
    pub profile: Option<Profile>,
    /// Errors and warnings.
    pub problems: Vec<Diagnostic>,
    /// The texts that the problems point into.
    pub sources: Sources,
}

/// Reads, merges and resolves a profile.
pub fn load(request: &Request<'_>, read: Read<'_>) -> Loaded {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let profile = understand(request, read, &mut sources, &mut problems);
    // What was found in one text stands in the order of that text.
    problems.sort_by_key(|problem| problem.span.map_or((u32::MAX, u32::MAX), |span| (span.source.index(), span.start)));
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    Loaded { profile: profile.filter(|_| !failed), problems, sources }
}

fn understand(
    request: &Request<'_>,
    read: Read<'_>,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Option<Profile> {
    let mut merged = layers::load(request, read, sources, problems)?;
    let mut reader = Reader::default();
    let raw = syntax::read(&mut reader, &mut merged.root);
    problems.append(&mut reader.problems);
    let topology = resolve::resolve(raw?, merged.name, merged.summary, problems);
    Some(Profile { topology, tree: merged.root })
}

impl Profile {
    /// The whole profile as YAML, defaults included; with `sources`, each value's origin stands beside it.
    pub fn show(&self, origins: bool, sources: &Sources) -> String {
        show::show(&self.tree, origins, sources)
    }
}
