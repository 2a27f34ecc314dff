//! What a reader of YAML 1.2 sees, as JSON: the core schema over the library's own tree.

use a8ctl::diagnostic::Sources;
use a8ctl::yaml::{Limits, Node, Style, Value, read};
use serde_json::Value as Json;

/// The one document of a text.
#[track_caller]
pub(crate) fn json(text: &str) -> Json {
    let source = Sources::default().add("text", text);
    let mut problems = Vec::new();
    let node = read(text, source, Limits { nodes: 100_000, depth: 100 }, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    node.map_or(Json::Null, |node| plain(&node))
}

pub(crate) fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Seq(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), plain(&entry.node))).collect())
        }
        Value::Scalar(text, Style::Quoted) => text.as_str().into(),
        Value::Scalar(text, Style::Plain) => match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Json::Null,
            "true" | "True" | "TRUE" => true.into(),
            "false" | "False" | "FALSE" => false.into(),
            word => number(word).unwrap_or_else(|| word.into()),
        },
    }
}

/// Integers in three bases and decimal fractions; what Rust calls a number beyond them ("inf") is none here.
fn number(word: &str) -> Option<Json> {
    if let Some(digits) = word.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok().map(Json::from);
    }
    if let Some(digits) = word.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok().map(Json::from);
    }
    if let Ok(number) = word.parse::<i64>() {
        return Some(number.into());
    }
    let numeric = word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(|c| "+-.eE0123456789".contains(c));
    word.parse::<f64>().ok().filter(|_| numeric).map(Json::from)
}
