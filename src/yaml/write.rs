//! Data to text: block style, lists not indented, every scalar readable alike by YAML 1.1 and 1.2 readers.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;
use serde_saphyr::{Commented, DoubleQuoted, SerializerOptions, to_string_with_options};

use super::read::{Node, Style, Value};

/// A JSON document as YAML text with a final newline.
///
/// # Errors
/// Never for the documents a8ctl builds; the writer's own error otherwise.
pub fn to_string(document: &Json) -> Result<String, String> {
    write(&Document(document))
}

/// A located tree as YAML text, each scalar followed by the comment that `comment` has for it.
///
/// # Errors
/// As [`to_string`].
pub fn to_string_commented(node: &Node, comment: &dyn Fn(&Node) -> Option<String>) -> Result<String, String> {
    write(&Tree { node, comment })
}

fn write(document: &impl Serialize) -> Result<String, String> {
    let mut options = SerializerOptions::default();
    // Folding would turn a long command line into `>-`, which nobody greps.
    options.folded_wrap_chars = 1_000_000;
    let text = to_string_with_options(document, options).map_err(|error| error.to_string())?;
    Ok(without_blank_ends(&text))
}

/// The writer indents the empty lines of a block scalar. They mean the same without, and no linter minds.
fn without_blank_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(if line.trim_matches([' ', '\n']).is_empty() { "\n" } else { line });
    }
    out
}

struct Document<'a>(&'a Json);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Array(items) => serializer.collect_seq(items.iter().map(Document)),
            Json::Object(map) => serializer.collect_map(map.iter().map(|(key, value)| (key, Document(value)))),
            Json::String(text) => text_scalar(text, serializer),
            other => other.serialize(serializer),
        }
    }
}

/// A block scalar whose first line starts with a tab is refused by libyaml and by kubectl, and one with
/// blanks at a line's end is a whitespace error to every linter: both are written with escapes.
fn text_scalar<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let tab_first = text.trim_start_matches('\n').starts_with('\t');
    if text.contains('\n') && (tab_first || text.contains(" \n")) {
        DoubleQuoted(text).serialize(serializer)
    } else {
        serializer.serialize_str(text)
    }
}

struct Tree<'a> {
    node: &'a Node,
    comment: &'a dyn Fn(&Node) -> Option<String>,
}

impl<'a> Tree<'a> {
    fn child(&self, node: &'a Node) -> Self {
        Self { node, comment: self.comment }
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.node.value {
            Value::Seq(items) => serializer.collect_seq(items.iter().map(|item| self.child(item))),
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for entry in entries {
                    map.serialize_entry(&entry.key, &self.child(&entry.node))?;
                }
                map.end()
            }
            Value::Scalar(text, style) => {
                let scalar = Scalar { text, plain: *style == Style::Plain };
                match (self.comment)(self.node) {
                    Some(comment) => Commented(scalar, comment).serialize(serializer),
                    None => scalar.serialize(serializer),
                }
            }
        }
    }
}

struct Scalar<'a> {
    text: &'a str,
    plain: bool,
}

impl Serialize for Scalar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.plain, self.text) {
            (true, "true") => serializer.serialize_bool(true),
            (true, "false") => serializer.serialize_bool(false),
            (true, text) if text.parse::<i64>().is_ok_and(|n| n.to_string() == text) => {
                serializer.serialize_i64(text.parse().unwrap_or_default())
            }
            (_, text) => text_scalar(text, serializer),
        }
    }
}
