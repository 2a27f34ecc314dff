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

/// Lays `over` on `base`.
pub(super) fn merge(base: &mut Node, over: Node, overlay: Overlay, problems: &mut Vec<Diagnostic>) {
    Merge { overlay, path: Vec::new(), formats: Vec::new(), problems }.node(base, over);
}

struct Merge<'a> {
    overlay: Overlay,
    path: Vec<String>,
    /// Variables that the service on the path says its program reads.
    formats: Vec<String>,
    problems: &'a mut Vec<Diagnostic>,
}

impl Merge<'_> {
    fn node(&mut self, base: &mut Node, over: Node) {
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
        if matches!(self.path.as_slice(), [services, _] if services == "services") {
            self.formats = keys_of(entries, "formats");
        }
        let Value::Map(over_entries) = over.value else { return };
        for entry in over_entries {
            self.entry(entries, entry);
        }
    }

    fn entry(&mut self, entries: &mut Vec<Entry>, Entry { key, key_span, node }: Entry) {
        if node.is_null() {
            self.remove(entries, &Entry { key, key_span, node });
            return;
        }
        match entries.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => {
                self.path.push(key.to_string());
                entry.key_span = key_span;
                self.node(&mut entry.node, node);
                self.path.pop();
            }
            None if self.overlay == Overlay::Set && self.is_named() && !self.is_variable(&key) => {
                let problem = self.unknown(&key, entries).at(key_span);
                self.problems.push(problem);
            }
            None if self.overlay == Overlay::Set && matches!(node.value, Value::Map(_)) => {
                // Not taken as it is: a section that the profile leaves out has names to be held to as well.
                let mut section = Node { value: Value::Map(Vec::new()), span: node.span };
                self.path.push(key.to_string());
                self.node(&mut section, node);
                self.path.pop();
                entries.push(Entry { key, key_span, node: section });
            }
            None => entries.push(Entry { key, key_span, node }),
        }
    }

    fn remove(&mut self, entries: &mut Vec<Entry>, removed: &Entry) {
        let key = &removed.key;
        if matches!(&removed.node.value, Value::Scalar(text, Style::Plain) if text.is_empty()) {
            self.problems.push(
                Diagnostic::error("empty-value", format!("nothing stands behind {}", quoted(key)))
                    .at(removed.key_span)
                    .help("write a value, or `null` to remove what the profile below says"),
            );
        } else if entries.iter().all(|entry| entry.key != *key) {
            self.problems.push(nothing_to_remove(key, entries).at(removed.key_span));
        } else {
            entries.retain(|entry| entry.key != *key);
        }
    }

    /// Whether the keys here are names that the profile chose: a new one in `--set` is a typing mistake. Other
    /// unknown keys are refused when they are read.
    fn is_named(&self) -> bool {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        matches!(
            path.as_slice(),
            ["services" | "datastores" | "secrets"]
                | ["services" | "datastores", _, "ports"]
                | ["services", _, "env" | "formats" | "connects"]
                | ["services", _, "connects", _, "engines"]
                | ["services", _, "connects", _, "engines", _]
        )
    }

    /// A variable that the program is known to read may be set where it was not.
    fn is_variable(&self, key: &str) -> bool {
        self.path.last().is_some_and(|last| last == "env") && self.formats.iter().any(|name| name == key)
    }

    fn unknown(&self, key: &str, entries: &[Entry]) -> Diagnostic {
        let mut known: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        if self.path.last().is_some_and(|last| last == "env") {
            known.extend(
                self.formats.iter().map(String::as_str).filter(|name| entries.iter().all(|entry| entry.key != *name)),
            );
        }
        let help = match did_you_mean(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? A new one needs a file: `-f FILE`"),
            None if known.is_empty() => "a new one needs a file: `-f FILE`".to_owned(),
            None => {
                let known: Vec<String> = known.into_iter().map(quoted).collect();
                format!("known: {}; a new one needs a file: `-f FILE`", known.join(", "))
            }
        };
        let path = format!("{}.{key}", self.path.join("."));
        Diagnostic::error("unknown-path", format!("the profile has no {}", quoted(&path))).help(help)
    }
}

fn keys_of(entries: &[Entry], key: &str) -> Vec<String> {
    let found = entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node.value);
    match found {
        Some(Value::Map(entries)) => entries.iter().map(|entry| entry.key.to_string()).collect(),
        _ => Vec::new(),
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
