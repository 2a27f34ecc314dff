//! One tree over another: mappings are merged key by key, everything else is replaced whole, lists among it.

use crate::diagnostic::{Diagnostic, did_you_mean, quoted};
use crate::yaml::{Entry, Node, Style, Value};

/// What an overlay may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlay {
    /// A file: it may bring new keys.
    File,
    /// `--set`: a new service or datastore is a typing mistake.
    Set,
}

/// Mappings whose keys are names that the profile chose.
const NAMED: &[&str] = &["services", "datastores", "secrets"];

/// Lays `over` on `base`.
pub(super) fn merge(base: &mut Node, over: Node, overlay: Overlay, problems: &mut Vec<Diagnostic>) {
    merge_at(base, over, overlay, &mut Vec::new(), problems);
}

fn merge_at(base: &mut Node, over: Node, overlay: Overlay, path: &mut Vec<String>, problems: &mut Vec<Diagnostic>) {
    let (Value::Map(entries), Value::Map(_)) = (&mut base.value, &over.value) else {
        *base = over;
        return;
    };
    if changes_kind(entries, &over) {
        *base = over;
        return;
    }
    // Who touched it last can mend it; a built-in profile nobody can.
    base.span = over.span;
    let Value::Map(over_entries) = over.value else { return };
    for Entry { key, key_span, node } in over_entries {
        let existing = entries.iter_mut().find(|entry| entry.key == key);
        if node.is_null() {
            let empty = matches!(&node.value, Value::Scalar(text, Style::Plain) if text.is_empty());
            if empty {
                problems.push(
                    Diagnostic::error("empty-value", format!("nothing stands behind {}", quoted(&key)))
                        .at(key_span)
                        .help("write a value, or `null` to remove what the profile below says"),
                );
            } else if existing.is_none() {
                problems.push(nothing_to_remove(&key, entries).at(key_span));
            } else {
                entries.retain(|entry| entry.key != key);
            }
            continue;
        }
        match existing {
            Some(entry) => {
                path.push(key);
                entry.key_span = key_span;
                merge_at(&mut entry.node, node, overlay, path, problems);
                path.pop();
            }
            None if overlay == Overlay::Set && matches!(path.as_slice(), [only] if NAMED.contains(&only.as_str())) => {
                let known = entries.iter().map(|entry| entry.key.as_str());
                let help = did_you_mean(&key, known.clone()).map_or_else(
                    || {
                        format!(
                            "known: {}; a new one needs a file: `-f FILE`",
                            known.map(quoted).collect::<Vec<_>>().join(", ")
                        )
                    },
                    |near| format!("did you mean `{near}`? A new one needs a file: `-f FILE`"),
                );
                problems.push(
                    Diagnostic::error(
                        "unknown-path",
                        format!("the profile has no {}", quoted(&format!("{}.{key}", path[0]))),
                    )
                    .at(key_span)
                    .help(help),
                );
            }
            None => entries.push(Entry { key, key_span, node }),
        }
    }
}

/// A datastore or storage of another kind has other keys: the old ones must not shine through.
fn changes_kind(base: &[Entry], over: &Node) -> bool {
    let kind = |node: &Node| match &node.value {
        Value::Scalar(text, _) => Some(text.clone()),
        _ => None,
    };
    let old = base.iter().find(|entry| entry.key == "kind").and_then(|entry| kind(&entry.node));
    let new = over.get("kind").and_then(kind);
    old.is_some() && new.is_some() && old != new
}

fn nothing_to_remove(key: &str, entries: &[Entry]) -> Diagnostic {
    let near = did_you_mean(key, entries.iter().map(|entry| entry.key.as_str()));
    let help = near.map_or_else(|| "leave it out".to_owned(), |near| format!("did you mean `{near}`?"));
    Diagnostic::error(
        "nothing-to-remove",
        format!("`null` removes a key, and the profile below has no {}", quoted(key)),
    )
    .help(help)
}
