//! Changes of trees: a patch laid over an object, and the operations of JSON Patch.

use smol_str::SmolStr;

use crate::diagnostic::{Span, quoted};
use crate::yaml::{Entry, Node, Value};

/// What an entry of a patch says that is to be done, instead of a value.
const DIRECTIVE: &str = "$patch";

/// Lays a patch over an object. Where both say the same, the object's own place stays.
///
/// `keyed`: whether lists of things with names are merged by them, as the server does for the kinds it knows; lists of
/// other kinds are replaced whole.
pub(super) fn merge(base: &mut Node, patch: &Node, keyed: bool) {
    match (&mut base.value, &patch.value) {
        (Value::Map(_), Value::Map(_)) if directive(patch) == Some("replace") => *base = bare(patch),
        (Value::Map(entries), Value::Map(changes)) => {
            for change in changes.iter().filter(|change| !change.key.starts_with('$')) {
                let at = entries.iter().position(|entry| entry.key == change.key);
                match at {
                    Some(at) if change.node.is_null() || directive(&change.node) == Some("delete") => {
                        entries.remove(at);
                    }
                    Some(at) => value(&mut entries[at], change, keyed),
                    None if change.node.is_null() => {}
                    None => entries.push(Entry { node: bare(&change.node), ..change.clone() }),
                }
            }
        }
        (Value::Scalar(one, style), Value::Scalar(other, another)) if one == other && style == another => {}
        _ => *base = bare(patch),
    }
}

/// One entry of a mapping, which both have.
fn value(entry: &mut Entry, change: &Entry, keyed: bool) {
    let (Value::Seq(items), Value::Seq(all)) = (&mut entry.node.value, &change.node.value) else {
        return merge(&mut entry.node, &change.node, keyed);
    };
    if all.iter().any(|change| directive(change) == Some("replace")) {
        items.clear();
    }
    let changes = all.iter().filter(|change| directive(change) != Some("replace"));
    if change.key == "finalizers" {
        return items.extend(changes.map(bare));
    }
    let key = name_of(&change.key, &[items, all]).filter(|_| keyed);
    let Some(key) = key else {
        entry.node = bare(&change.node);
        return;
    };
    for change in changes {
        let same = |item: &Node| word(item, key).is_some() && word(item, key) == word(change, key);
        match items.iter().position(same) {
            Some(at) if directive(change) == Some("delete") => {
                items.remove(at);
            }
            Some(at) => merge(&mut items[at], change, keyed),
            None if directive(change) == Some("delete") => {}
            None => items.push(bare(change)),
        }
    }
}

/// By which of their fields the items of a list are told from one another (the patch merge keys of Kubernetes' API).
fn name_of(list: &str, items: &[&Vec<Node>]) -> Option<&'static str> {
    Some(match list {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "secrets"
        | "resourceClaims"
        | "webhooks" => "name",
        "ports" if items.iter().copied().flatten().any(|item| item.get("containerPort").is_some()) => "containerPort",
        "ports" => "port",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "topologySpreadConstraints" => "topologyKey",
        "hostAliases" => "ip",
        "conditions" => "type",
        _ => return None,
    })
}

fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.get(key)?.value {
        Value::Scalar(text, _) => Some(text),
        _ => None,
    }
}

/// What a patch says of a mapping as a whole.
pub(super) fn directive(node: &Node) -> Option<&str> {
    word(node, DIRECTIVE)
}

/// What a patch brings, without its directives and what it takes away.
fn bare(node: &Node) -> Node {
    let value = match &node.value {
        Value::Map(entries) => {
            let kept = entries.iter().filter(|entry| !entry.key.starts_with('$') && !entry.node.is_null());
            Value::Map(kept.map(|entry| Entry { node: bare(&entry.node), ..entry.clone() }).collect())
        }
        Value::Seq(items) => {
            let kept = items.iter().filter(|item| directive(item).is_none_or(|it| it == "merge"));
            Value::Seq(kept.map(bare).collect())
        }
        scalar @ Value::Scalar(..) => scalar.clone(),
    };
    Node { value, span: node.span }
}

/// Puts a value below a path of keys, and makes the mappings on the way.
pub(super) fn put(node: &mut Node, path: &[&str], value: Node) {
    let [key, rest @ ..] = path else {
        *node = value;
        return;
    };
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = &mut node.value else { return };
    let at = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
        let node = Node { value: Value::Map(Vec::new()), span: value.span };
        entries.push(Entry { key: SmolStr::new(key), key_span: value.span, node });
        entries.len() - 1
    });
    put(&mut entries[at].node, rest, value);
}

/// The value below a path, to be changed.
pub(super) fn find<'n>(node: &'n mut Node, path: &[&str]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, step| match &mut node.value {
        Value::Map(entries) => entries.iter_mut().find(|entry| entry.key == *step).map(|entry| &mut entry.node),
        Value::Seq(items) => items.get_mut(step.parse::<usize>().ok()?),
        Value::Scalar(..) => None,
    })
}

/// Does what a list of operations says (JSON Patch, RFC 6902); the first that cannot be done ends it.
///
/// # Errors
/// The place of the operation, and why it cannot be done.
pub(super) fn operate(base: &mut Node, operations: &[Node]) -> Result<(), (Span, String)> {
    for operation in operations {
        one(base, operation).map_err(|why| (operation.get("path").unwrap_or(operation).span, why))?;
    }
    Ok(())
}

fn one(base: &mut Node, operation: &Node) -> Result<(), String> {
    let pointer = word(operation, "path").ok_or("an operation has no `path`")?;
    let steps = steps(pointer);
    let kind = word(operation, "op").unwrap_or_default();
    let value = match kind {
        "copy" | "move" => {
            let from = self::steps(word(operation, "from").unwrap_or_default());
            let from: Vec<&str> = from.iter().map(String::as_str).collect();
            let found =
                find(base, &from).cloned().ok_or_else(|| nothing(word(operation, "from").unwrap_or_default()))?;
            if kind == "move" {
                change(base, &from, "remove", None);
            }
            Some(found)
        }
        _ => operation.get("value").cloned(),
    };
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let kind = match kind {
        "test" => return Ok(()),
        "copy" | "move" => "add",
        "add" | "replace" | "remove" => kind,
        other => return Err(format!("{} is no operation", quoted(other))),
    };
    if change(base, &steps, kind, value) { Ok(()) } else { Err(nothing(pointer)) }
}

fn nothing(pointer: &str) -> String {
    format!("there is nothing at {}", quoted(pointer))
}

/// The keys of a JSON pointer.
fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Adds, replaces or removes one value; whether there is a place for it.
fn change(base: &mut Node, steps: &[&str], kind: &str, value: Option<Node>) -> bool {
    let Some((last, above)) = steps.split_last() else { return false };
    let Some(parent) = find(base, above) else { return false };
    match (&mut parent.value, value) {
        (Value::Map(entries), value) => {
            let at = entries.iter().position(|entry| entry.key == *last);
            match (at, kind, value) {
                (Some(at), "remove", _) => {
                    entries.remove(at);
                }
                (Some(at), _, Some(value)) => entries[at].node = value,
                (None, "add", Some(node)) => {
                    entries.push(Entry { key: SmolStr::new(last), key_span: node.span, node });
                }
                _ => return false,
            }
            true
        }
        (Value::Seq(items), Some(value)) if kind == "add" => {
            let at = if *last == "-" { Some(items.len()) } else { last.parse().ok() };
            let at = at.filter(|at| *at <= items.len());
            at.inspect(|at| items.insert(*at, value)).is_some()
        }
        (Value::Seq(items), value) => match (last.parse::<usize>().ok().filter(|at| *at < items.len()), value) {
            (Some(at), _) if kind == "remove" => {
                items.remove(at);
                true
            }
            (Some(at), Some(value)) => {
                items[at] = value;
                true
            }
            _ => false,
        },
        _ => false,
    }
}
