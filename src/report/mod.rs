//! Findings, and what is survived, in the forms that people and other programs read.

pub mod drawing;
mod github;
mod human;
mod json;
mod junit;
pub mod page;
mod rules;
mod sarif;
pub mod survival;

pub use rules::markdown;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::diagnostic::{Severity, Sources};
use crate::lint::Finding;

/// What was judged, and what was found.
#[derive(Debug)]
pub struct Judged<'a> {
    /// In the order of their places.
    pub findings: &'a [Finding],
    /// The texts behind the places.
    pub sources: &'a Sources,
    /// Files that were read.
    pub files: usize,
    /// Objects in them.
    pub objects: usize,
    /// Whether people may see colors.
    pub color: bool,
}

impl Judged<'_> {
    /// File, line and column of a finding, both from 1.
    fn place(&self, finding: &Finding) -> Option<(&str, usize, usize)> {
        let span = finding.problem.span?;
        let (line, column) = self.sources.position(span)?;
        Some((self.sources.get(span.source)?.name.as_str(), line, column))
    }

    /// Findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        crate::lint::count(self.findings, severity)
    }
}

/// Findings as values that are made one by one while they are written: all at once they would take ten times the room
/// of the text.
struct Each<'a>(&'a [Finding], &'a dyn Fn(&Finding) -> Value);

impl Serialize for Each<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// A document as people can read it too, on a terminal as well.
fn pretty(document: &impl Serialize) -> String {
    // Nothing in one can fail to be text.
    let text = serde_json::to_string_pretty(document).unwrap_or_default() + "\n";
    // JSON takes more of the signs that move a cursor than a terminal does; they stand in strings alone.
    let moves = |c: char| c != '\n' && c.is_control();
    if !text.chars().any(moves) {
        return text;
    }
    let escaped = |c: char| if moves(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(escaped).collect()
}

/// A way to write findings.
#[derive(Debug)]
pub struct Format {
    /// What users call it.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Writes them.
    pub write: fn(&Judged<'_>) -> String,
}

/// All of them, the default first.
pub const FORMATS: &[Format] = &[human::FORMAT, json::FORMAT, sarif::FORMAT, junit::FORMAT, github::FORMAT];

/// A severity's word.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
