//! The merged profile as text.

use crate::diagnostic::Sources;
use crate::yaml::{self, Node};

/// The tree, with the origin of every value beside it when asked for.
pub(super) fn show(tree: &Node, origins: bool, sources: &Sources) -> String {
    yaml::to_string_commented(tree, &|node| origins.then(|| origin(node, sources)))
}

/// `file:line`, the flag, or `default`.
fn origin(node: &Node, sources: &Sources) -> String {
    let Some(source) = sources.get(node.span.source) else { return "default".to_owned() };
    if source.name == "--set" {
        return format!("--set {}", source.text);
    }
    let line = sources.position(node.span).map_or(0, |(line, _)| line);
    format!("{}:{line}", source.name)
}
