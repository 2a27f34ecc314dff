//! Reads a located tree into types, every problem at once, and leaves the tree complete: a default is written
//! into it as text and read like anything else, so `profile show` prints exactly what was used.

pub(crate) mod parts;

use crate::diagnostic::{Diagnostic, Located, Span, did_you_mean, quoted};
use crate::grammar::Refusal;
use crate::yaml::{Entry, Node, Style, Value};

/// Collects problems while a tree is read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// What has been found.
    pub(crate) problems: Vec<Diagnostic>,
}

impl Reader {
    /// Records an error.
    pub(crate) fn error(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Opens a mapping; anything else is an error.
    pub(crate) fn fields<'a>(&'a mut self, node: &'a mut Node, what: &'static str) -> Option<Fields<'a>> {
        if node.is_null() {
            node.value = Value::Map(Vec::new());
        }
        let span = node.span;
        if !matches!(node.value, Value::Map(_)) {
            self.no_mapping(node, &format!("{what}, a mapping of keys to values"));
        }
        match &mut node.value {
            Value::Map(entries) => Some(Fields { reader: self, entries, span, what, known: Vec::new() }),
            _ => None,
        }
    }

    /// Reads each entry of a mapping whose keys the user chooses.
    pub(crate) fn entries<K, T>(
        &mut self,
        node: &mut Node,
        what: &'static str,
        key: fn(&str) -> Result<K, Refusal>,
        mut read: impl FnMut(&mut Self, &Located<String>, &mut Node) -> Option<T>,
    ) -> Option<Vec<(Located<K>, T)>> {
        if node.is_null() {
            node.value = Value::Map(Vec::new());
        }
        if !matches!(node.value, Value::Map(_)) {
            self.no_mapping(node, &format!("{what}, a mapping of names to values"));
        }
        let Value::Map(entries) = &mut node.value else { return None };
        let mut out = Vec::with_capacity(entries.len());
        for entry in entries {
            let name = Located { value: entry.key.to_string(), span: entry.key_span };
            let value = read(self, &name, &mut entry.node);
            match key(&entry.key) {
                Ok(key) => out.extend(value.map(|value| (Located { value: key, span: entry.key_span }, value))),
                Err(refusal) => self.refused(&entry.key, entry.key_span, &refusal),
            }
        }
        Some(out)
    }

    /// Reads each item of a list.
    pub(crate) fn items<T>(
        &mut self,
        node: &mut Node,
        what: &str,
        mut read: impl FnMut(&mut Self, &mut Node) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (span, kind) = (node.span, node.kind());
        match &mut node.value {
            Value::Seq(items) => Some(items.iter_mut().filter_map(|item| read(self, item)).collect()),
            _ => {
                self.wrong_type(
                    span,
                    kind,
                    &format!("a list of {what}"),
                    "write `[one, two]`, or each on a line of its own behind `- `",
                );
                None
            }
        }
    }

    /// A scalar's text.
    pub(crate) fn text(&mut self, node: &Node, what: &str) -> Option<Located<String>> {
        match &node.value {
            Value::Scalar(text, _) if !node.is_null() => Some(Located { value: text.to_string(), span: node.span }),
            _ => {
                self.no_scalar(node, what);
                None
            }
        }
    }

    /// A scalar that a grammar accepts.
    pub(crate) fn word<T>(
        &mut self,
        node: &Node,
        what: &str,
        parse: fn(&str) -> Result<T, Refusal>,
    ) -> Option<Located<T>> {
        let text = self.text(node, what)?;
        match parse(&text.value) {
            Ok(value) => Some(Located { value, span: text.span }),
            Err(refusal) => {
                self.refused(&text.value, text.span, &refusal);
                None
            }
        }
    }

    /// A whole number in a range.
    pub(crate) fn integer(&mut self, node: &Node, range: std::ops::RangeInclusive<u32>) -> Option<Located<u32>> {
        let (low, high) = (*range.start(), *range.end());
        let what = format!("a whole number from {low} to {high}");
        match &node.value {
            Value::Scalar(text, Style::Plain) if !node.is_null() => match text.parse::<u32>() {
                // A leading zero is octal to one reader and decimal to the next.
                Ok(value) if range.contains(&value) && value.to_string() == *text => {
                    Some(Located { value, span: node.span })
                }
                _ => {
                    self.error(
                        Diagnostic::error("bad-value", format!("{} is not {what}", quoted(text)))
                            .at(node.span)
                            .help(format!("write {what} in plain digits")),
                    );
                    None
                }
            },
            Value::Scalar(text, Style::Quoted) => {
                self.error(
                    Diagnostic::error("wrong-type", format!("expected {what}, found the string {}", quoted(text)))
                        .at(node.span)
                        .help("remove the quotes"),
                );
                None
            }
            _ => {
                self.no_scalar(node, &what);
                None
            }
        }
    }

    /// A TCP port.
    pub(crate) fn port(&mut self, node: &Node) -> Option<Located<u16>> {
        let port = self.integer(node, 1..=65_535)?;
        Some(Located { value: u16::try_from(port.value).ok()?, span: port.span })
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, node: &Node) -> Option<bool> {
        match &node.value {
            Value::Scalar(text, Style::Plain) if text == "true" => Some(true),
            Value::Scalar(text, Style::Plain) if text == "false" => Some(false),
            Value::Scalar(text, _) if !node.is_null() => {
                self.error(
                    Diagnostic::error("wrong-type", format!("expected a boolean, found {}", quoted(text)))
                        .at(node.span)
                        .help("write `true` or `false`, without quotes"),
                );
                None
            }
            _ => {
                self.no_scalar(node, "`true` or `false`");
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&mut self, node: &Node, choices: &[(&'static str, T)]) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let all = words.join("`, `");
        let text = self.text(node, &format!("one of `{all}`"))?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let help = did_you_mean(&text.value, words)
            .map_or_else(|| format!("write one of `{all}`"), |word| format!("did you mean `{word}`? One of `{all}`"));
        self.error(
            Diagnostic::error("bad-value", format!("{} is none of `{all}`", quoted(&text.value)))
                .at(text.span)
                .help(help),
        );
        None
    }

    fn no_mapping(&mut self, node: &Node, expected: &str) {
        let glued = matches!(&node.value, Value::Scalar(text, Style::Plain) if text.contains(':'));
        let help = if glued {
            "put a blank behind the colon: `key: value`"
        } else {
            "write `key: value` on lines of their own, indented, or `{ key: value }`"
        };
        self.wrong_type(node.span, node.kind(), expected, help);
    }

    fn no_scalar(&mut self, node: &Node, expected: &str) {
        let help = if node.is_null() {
            format!("write {expected} behind the key")
        } else {
            format!("write {expected}, one value on the line of its key")
        };
        self.wrong_type(node.span, node.kind(), expected, &help);
    }

    /// Another shape than the one that belongs here.
    fn wrong_type(&mut self, span: Span, found: &str, expected: &str, help: &str) {
        self.error(Diagnostic::error("wrong-type", format!("expected {expected}, found {found}")).at(span).help(help));
    }

    fn refused(&mut self, text: &str, span: Span, refusal: &Refusal) {
        self.error(
            Diagnostic::error("bad-value", format!("{} {}", quoted(text), refusal.why)).at(span).help(refusal.mend),
        );
    }
}

/// One mapping with known keys, while it is read. [`Fields::finish`] refuses the others.
pub(crate) struct Fields<'a> {
    reader: &'a mut Reader,
    entries: &'a mut Vec<Entry>,
    /// Where the mapping stands.
    pub(crate) span: Span,
    what: &'static str,
    known: Vec<&'static str>,
}

impl Fields<'_> {
    /// The reader, for problems that concern several fields.
    pub(crate) fn reader(&mut self) -> &mut Reader {
        self.reader
    }

    /// Where a key is written; the place of defaults when it is not.
    pub(crate) fn key_span(&self, name: &str) -> Span {
        self.entries.iter().find(|entry| entry.key == name).map_or(Span::DEFAULT, |entry| entry.key_span)
    }

    /// Whether a key is written.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == name)
    }

    /// The text of a scalar that is written, before it is read.
    pub(crate) fn plain(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.key == name).and_then(|entry| match &entry.node.value {
            Value::Scalar(text, _) => Some(text.as_str()),
            _ => None,
        })
    }

    /// A key that may be missing.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader, &mut Node) -> Option<T>,
    ) -> Option<T> {
        self.known.push(name);
        let entry = self.entries.iter_mut().find(|entry| entry.key == name)?;
        read(self.reader, &mut entry.node)
    }

    /// A key that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader, &mut Node) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            let what = self.what;
            self.reader.error(
                Diagnostic::error("missing-key", format!("{what} has no `{name}`"))
                    .at(self.span)
                    .help(format!("add `{name}:`")),
            );
        }
        self.optional(name, read)
    }

    /// A key with a default, given as the text a user would write.
    pub(crate) fn or<T>(
        &mut self,
        name: &'static str,
        default: &str,
        read: impl FnOnce(&mut Reader, &mut Node) -> Option<T>,
    ) -> Option<T> {
        self.or_value(name, Value::plain(default), read)
    }

    /// A section that is read with its own defaults when it is missing.
    pub(crate) fn section<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader, &mut Node) -> Option<T>,
    ) -> Option<T> {
        self.or_value(name, Value::Map(Vec::new()), read)
    }

    /// A key with a default of any shape.
    pub(crate) fn or_value<T>(
        &mut self,
        name: &'static str,
        default: Value,
        read: impl FnOnce(&mut Reader, &mut Node) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            let node = Node { value: default, span: Span::DEFAULT };
            self.entries.push(Entry { key: name.into(), key_span: Span::DEFAULT, node });
        }
        self.optional(name, read)
    }

    /// Refuses what was not asked for, and puts the mapping into the order it was read in.
    pub(crate) fn finish(self) {
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let near = did_you_mean(&entry.key, self.known.iter().copied());
            let all = self.known.join("`, `");
            let help = near.map_or_else(
                || format!("known here: `{all}`"),
                |near| format!("did you mean `{near}`? Known here: `{all}`"),
            );
            self.reader.error(
                Diagnostic::error("unknown-key", format!("unknown key {} in {}", quoted(&entry.key), self.what))
                    .at(entry.key_span)
                    .help(help),
            );
        }
        self.entries.sort_by_key(|entry| self.known.iter().position(|known| *known == entry.key));
    }
}
