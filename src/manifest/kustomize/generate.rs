//! ConfigMaps and Secrets that a kustomization makes.

use super::build::Part;
use super::merge::put;
use crate::diagnostic::Span;
use crate::manifest::View;
use crate::yaml::{Entry, Node, Style, Value};

/// The keys by which a kustomization makes objects, with the kinds of these and where literal values stand in them.
const GENERATORS: &[(&str, &str, &str, &str)] =
    &[("configMapGenerator", "ConfigMap", "data", "binaryData"), ("secretGenerator", "Secret", "stringData", "data")];

/// Adds what a kustomization makes. What it reads from files of variables is not known here: such an object is said to
/// be somebody else's in `external`.
pub(super) fn all(
    view: View<'_>,
    from: usize,
    parts: &mut Vec<Part>,
    external: &mut Vec<String>,
    opaque: &mut Vec<Span>,
) {
    for (list, kind, literals, files) in GENERATORS {
        for entry in view.key(list).items() {
            let Some(name) = entry.key("name").node() else { continue };
            let word = View::of(name).word().unwrap_or_default();
            let mut data: Vec<(&str, String, String, Span)> = Vec::new();
            for literal in entry.key("literals").items() {
                let (key, value) = literal.word().and_then(|it| it.split_once('=')).unwrap_or_default();
                data.push((literals, key.to_owned(), value.trim_matches(['"', '\'']).to_owned(), literal.span()));
            }
            for file in entry.key("files").items() {
                let text = file.word().unwrap_or_default();
                let (key, _) = text.split_once('=').unwrap_or((text.rsplit('/').next().unwrap_or_default(), ""));
                data.push((files, key.to_owned(), String::new(), file.span()));
            }
            if entry.key("envs").exists() || entry.key("env").exists() {
                external.push(format!("{kind}/{word}"));
            }
            opaque.extend(data.iter().map(|(.., span)| *span));
            let adds = matches!(entry.key("behavior").word(), Some("merge" | "replace"));
            let made = parts[from..].iter_mut().find(|part| adds && part.kind() == *kind && part.is_called(word));
            let add = |node: &mut Node| {
                for (part, key, value, span) in &data {
                    let value = Node { value: Value::Scalar(value.as_str().into(), Style::Quoted), span: *span };
                    put(node, &[part, key], value);
                }
            };
            match made {
                Some(part) => add(&mut part.node),
                None if entry.key("envs").exists() || entry.key("env").exists() => {}
                None => {
                    let mut node = object(kind, name, view, entry);
                    add(&mut node);
                    parts.push(Part::new(node));
                }
            }
        }
    }
}

fn object(kind: &str, name: &Node, view: View<'_>, entry: View<'_>) -> Node {
    let span = name.span;
    let plain = |text: &str| Node { value: Value::Scalar(text.into(), Style::Quoted), span };
    let line = |key: &str, node: Node| Entry { key: key.into(), key_span: span, node };
    let mut node = Node { value: Value::Map(vec![line("apiVersion", plain("v1")), line("kind", plain(kind))]), span };
    put(&mut node, &["metadata", "name"], name.clone());
    let namespace = [entry.key("namespace"), view.key("namespace")].into_iter().find_map(View::node);
    namespace.into_iter().for_each(|it| put(&mut node, &["metadata", "namespace"], it.clone()));
    node
}
