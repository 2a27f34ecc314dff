//! JSON Schema, as far as schemas of manifests go: Compose's own, and those that users give for kinds of their own.

use std::cell::Cell;

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Diagnostic, Span, did_you_mean, quoted};
use crate::manifest::{Dialect, Scalar, scalar};
use crate::yaml::{Node, Value};

/// A document's schema.
#[derive(Debug)]
pub(crate) struct Schema<'s> {
    root: &'s Json,
    dialect: Dialect,
    /// Whether what a schema does not name is not there, as the API server has it for kinds of users.
    closed: bool,
    /// How many schemas may still be looked at.
    left: Cell<usize>,
}

/// References that lead to one another end here.
const DEEPEST: usize = 64;

/// Schemas that are looked at for each value, far above what anybody's are made of: parts that refer to the whole, two
/// by two, would be looked at without end.
const MOST: usize = 1_000;

/// Bytes of a pattern made ready; one that needs more is no name's.
const LARGEST_PATTERN: usize = 1 << 16;

impl<'s> Schema<'s> {
    /// Of a whole schema.
    pub(crate) fn new(root: &'s Json, dialect: Dialect, closed: bool) -> Self {
        Self { root, dialect, closed, left: Cell::new(0) }
    }

    /// Everything in a tree that it does not allow.
    pub(crate) fn check(&self, node: &Node) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        self.left.set(node.size() * MOST);
        self.value(self.root, node, "the document", 0, &mut found);
        found
    }

    /// Counts one more schema.
    fn may_look(&self) -> bool {
        self.left.replace(self.left.get().saturating_sub(1)) > 0
    }

    /// The schema that a reference stands for.
    fn resolve(&self, schema: &'s Json) -> &'s Json {
        let mut schema = schema;
        for _ in 0..DEEPEST {
            let Some(pointer) = schema.get("$ref").and_then(Json::as_str).and_then(|it| it.strip_prefix('#')) else {
                break;
            };
            // Words beside the reference count too, and are looked at where it stands.
            match self.root.pointer(pointer) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    fn value(&self, schema: &'s Json, node: &Node, place: &str, depth: usize, found: &mut Vec<Diagnostic>) {
        if !self.may_look() {
            return;
        }
        let own = schema;
        let schema = self.resolve(schema);
        let Some(words) = schema.as_object().filter(|_| depth < DEEPEST) else { return };
        if node.is_null() && (words.get("nullable") == Some(&Json::Bool(true)) || self.closed) {
            return;
        }
        if let Some(all) = words.get("allOf").and_then(Json::as_array) {
            all.iter().for_each(|it| self.value(it, node, place, depth + 1, found));
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(any) = words.get(word).and_then(Json::as_array) {
                self.any(any, node, place, depth, found);
            }
        }
        if !self.has_type(words, node) {
            return found.push(self.wrong(words, node, place));
        }
        self.words(words, node, place, found);
        match &node.value {
            Value::Map(_) => self.mapping(own, words, node, place, depth, found),
            Value::Seq(items) => {
                let unique = words.get("uniqueItems") == Some(&Json::Bool(true));
                for (at, item) in items.iter().enumerate() {
                    if let Some(of) = words.get("items") {
                        self.value(of, item, place, depth + 1, found);
                    }
                    let same = |other: &Node| matches!((&other.value, &item.value), (Value::Scalar(a, _), Value::Scalar(b, _)) if a == b);
                    if unique && items[..at].iter().rev().take(64).any(same) {
                        let what = format!("{place} has the same item twice");
                        found.push(Diagnostic::error("wrong-type", what).at(item.span).help("remove one"));
                    }
                }
            }
            Value::Scalar(..) => {}
        }
    }

    /// One of several fits, or what the nearest of them says is said.
    fn any(&self, any: &'s [Json], node: &Node, place: &str, depth: usize, found: &mut Vec<Diagnostic>) {
        let mut nearest: Option<Vec<Diagnostic>> = None;
        let mut types = Vec::new();
        for schema in any {
            let words = self.resolve(schema).as_object();
            let mut own = Vec::new();
            self.value(schema, node, place, depth + 1, &mut own);
            if own.is_empty() {
                return;
            }
            // One of another type is not what was meant.
            if words.is_some_and(|words| self.has_type(words, node)) {
                if nearest.as_ref().is_none_or(|nearest| own.len() < nearest.len()) {
                    nearest = Some(own);
                }
            } else {
                types.extend(words.map(|words| self.types(words)).filter(|text| !text.is_empty()));
            }
        }
        match nearest {
            Some(mut nearest) => found.append(&mut nearest),
            None => {
                types.dedup();
                let what = format!("{} is {}, and {place} is {}", self.word(node), self.kind(node), types.join(" or "));
                found.push(
                    Diagnostic::error("wrong-type", what).at(node.span).help(format!("write {}", types.join(" or "))),
                );
            }
        }
    }

    fn kind(&self, node: &Node) -> &'static str {
        scalar(node, self.dialect).map_or_else(|| node.kind(), |scalar| scalar.kind())
    }

    fn word(&self, node: &Node) -> String {
        match &node.value {
            Value::Scalar(text, _) if !text.is_empty() => quoted(text),
            _ => "this".to_owned(),
        }
    }

    /// The types of a schema, in a sentence.
    fn types(&self, words: &Map<String, Json>) -> String {
        let name = |word: &str| match word {
            "object" => "a mapping",
            "array" => "a list",
            "string" => "a string",
            "integer" => "an integer",
            "number" => "a number",
            "boolean" => "a boolean",
            _ => "nothing",
        };
        let listed: Vec<&str> = match words.get("type") {
            Some(Json::String(one)) => vec![name(one)],
            Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).map(name).collect(),
            _ => Vec::new(),
        };
        listed.join(" or ")
    }

    fn has_type(&self, words: &Map<String, Json>, node: &Node) -> bool {
        if words.get("x-kubernetes-int-or-string") == Some(&Json::Bool(true)) {
            return matches!(scalar(node, self.dialect), Some(Scalar::Int(_) | Scalar::Str(_)));
        }
        let is = |word: &str| match (&node.value, word) {
            (Value::Map(_), "object") | (Value::Seq(_), "array") => true,
            (Value::Scalar(..), word) => matches!(
                (scalar(node, self.dialect), word),
                (Some(Scalar::Str(_)), "string")
                    | (Some(Scalar::Int(_)), "integer" | "number")
                    | (Some(Scalar::Float(_)), "number")
                    | (Some(Scalar::Bool(_)), "boolean")
                    | (Some(Scalar::Null), "null")
            ),
            _ => false,
        };
        match words.get("type") {
            Some(Json::String(one)) => is(one),
            Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).any(is),
            _ => true,
        }
    }

    fn wrong(&self, words: &Map<String, Json>, node: &Node, place: &str) -> Diagnostic {
        let what = format!("{} is {}, and {place} is {}", self.word(node), self.kind(node), self.types(words));
        let problem = Diagnostic::error("wrong-type", what).at(node.span);
        match &node.value {
            Value::Scalar(text, _) if words.get("type") == Some(&Json::String("string".to_owned())) => {
                problem.help(format!("quote it: `\"{text}\"`"))
            }
            _ => problem.help(format!("write {}", self.types(words))),
        }
    }

    /// What a schema says of values themselves.
    fn words(&self, words: &Map<String, Json>, node: &Node, place: &str, found: &mut Vec<Diagnostic>) {
        let Value::Scalar(text, _) = &node.value else { return };
        let texts = |list: &Json| -> Vec<String> {
            let word = |it: &Json| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
            list.as_array().map(|list| list.iter().map(word).collect()).unwrap_or_default()
        };
        let listed = words
            .get("enum")
            .map(texts)
            .or_else(|| words.get("const").map(|one| texts(&Json::Array(vec![one.clone()]))));
        if let Some(listed) = listed.filter(|listed| !listed.iter().any(|word| word == text)) {
            let all: Vec<String> = listed.iter().map(|word| format!("`{word}`")).collect();
            let help = match did_you_mean(text, listed.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{place} is one of {}", all.join(", ")),
            };
            let what = format!("{} is none of {}", quoted(text), all.join(", "));
            found.push(Diagnostic::error("bad-enum", what).at(node.span).help(help));
        }
        let number = match scalar(node, self.dialect) {
            Some(Scalar::Int(number)) => number as f64,
            Some(Scalar::Float(number)) => number,
            _ => return,
        };
        for (word, over, than) in [("minimum", false, "less"), ("maximum", true, "more")] {
            if let Some(bound) = words.get(word).and_then(Json::as_f64)
                && if over { number > bound } else { number < bound }
            {
                let what = format!("{} is {than} than {bound}", quoted(text));
                found.push(
                    Diagnostic::error("wrong-type", what)
                        .at(node.span)
                        .help(format!("write {bound}, or what is allowed")),
                );
            }
        }
    }

    fn mapping(
        &self,
        own: &'s Json,
        words: &'s Map<String, Json>,
        node: &Node,
        place: &str,
        depth: usize,
        found: &mut Vec<Diagnostic>,
    ) {
        let Value::Map(entries) = &node.value else { return };
        let properties = words.get("properties").and_then(Json::as_object);
        for entry in entries {
            let below = format!("`{}`", entry.key);
            if let Some(schema) = properties.and_then(|properties| properties.get(entry.key.as_str())) {
                self.value(schema, &entry.node, &below, depth + 1, found);
                continue;
            }
            let patterns = words.get("patternProperties").and_then(Json::as_object);
            let matching = patterns.into_iter().flatten().find(|(pattern, _)| matches(pattern, &entry.key));
            if let Some((_, schema)) = matching {
                self.value(schema, &entry.node, &below, depth + 1, found);
                continue;
            }
            match words.get("additionalProperties") {
                Some(schema @ Json::Object(_)) => self.value(schema, &entry.node, &below, depth + 1, found),
                Some(Json::Bool(false)) => {
                    found.push(self.unknown(&entry.key, entry.key_span, place, &names(properties)))
                }
                None if self.closed
                    && properties.is_some()
                    && words.get("x-kubernetes-preserve-unknown-fields").is_none() =>
                {
                    // The server's own fields are at every object.
                    let meta = depth == 0 && matches!(entry.key.as_str(), "apiVersion" | "kind" | "metadata");
                    if !meta {
                        found.push(self.unknown(&entry.key, entry.key_span, place, &names(properties)));
                    }
                }
                _ => {}
            }
        }
        if own.get("unevaluatedProperties") == Some(&Json::Bool(false))
            || words.get("unevaluatedProperties") == Some(&Json::Bool(false))
        {
            let (mut known, mut patterns) = (Vec::new(), Vec::new());
            self.evaluated(own, 0, &mut known, &mut patterns);
            for entry in entries {
                let fits =
                    known.contains(&entry.key.as_str()) || patterns.iter().any(|pattern| matches(pattern, &entry.key));
                if !fits {
                    found.push(self.unknown(&entry.key, entry.key_span, place, &known));
                }
            }
        }
        for name in words.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            if node.get(name).is_none() {
                let at = entries.first().map_or(node.span, |entry| entry.key_span);
                let what = format!("{place} has no `{name}`");
                found.push(Diagnostic::error("missing-field", what).at(at).help(format!("add `{name}`")));
            }
        }
    }

    /// Names of fields that a schema and what it is made of know.
    fn evaluated(&self, schema: &'s Json, depth: usize, known: &mut Vec<&'s str>, patterns: &mut Vec<&'s str>) {
        if depth > DEEPEST || !self.may_look() {
            return;
        }
        for schema in [schema, self.resolve(schema)] {
            let names = |word: &str| {
                schema.get(word).and_then(Json::as_object).into_iter().flat_map(Map::keys).map(String::as_str)
            };
            known.extend(names("properties"));
            patterns.extend(names("patternProperties"));
        }
        let resolved = self.resolve(schema);
        for word in ["allOf", "oneOf", "anyOf"] {
            for part in resolved.get(word).and_then(Json::as_array).into_iter().flatten() {
                self.evaluated(part, depth + 1, known, patterns);
            }
        }
    }

    fn unknown(&self, key: &str, span: Span, place: &str, known: &[&str]) -> Diagnostic {
        let help = match did_you_mean(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove it, or indent it to where it belongs".to_owned(),
        };
        Diagnostic::error("unknown-field", format!("{place} has no field {}", quoted(key))).at(span).help(help)
    }
}

fn names(properties: Option<&Map<String, Json>>) -> Vec<&str> {
    properties.into_iter().flat_map(Map::keys).map(String::as_str).collect()
}

/// Whether a name fits a pattern. One that cannot be read fits nothing.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern {
        // The most frequent ones, without an engine.
        "^x-" => name.starts_with("x-"),
        ".+" | "^.+$" => !name.is_empty(),
        "^[a-zA-Z0-9._-]+$" => !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)),
        pattern => {
            let pattern = regex_lite::RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build();
            pattern.is_ok_and(|pattern| pattern.is_match(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::yaml::{Form, Limits, documents};

    fn judge(schema: &str, text: &str) -> Vec<String> {
        let root: Json = serde_json::from_str(schema).unwrap();
        let (mut sources, mut problems) = (Sources::default(), Vec::new());
        let source = sources.add("x", text);
        let form = Form { limits: Limits { nodes: 1000, depth: 50 }, several: true, merges: true, of: "manifest" };
        let node = documents(text, source, form, &mut problems).unwrap().remove(0);
        let found = Schema::new(&root, Dialect::Compose, false).check(&node);
        found.into_iter().map(|it| format!("{}: {}", it.code, it.message)).collect()
    }

    #[test]
    fn the_nearest_of_several_speaks() {
        let schema = r##"{"type": "object", "properties": {"a": {"oneOf": [{"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/b"}}]}}, "additionalProperties": false,
            "$defs": {"b": {"type": "object", "required": ["c"], "properties": {"c": {"enum": ["d", "e"]}}}}}"##;
        assert_eq!(judge(schema, "a: [x]"), [""; 0]);
        assert_eq!(judge(schema, "a: { x: { c: d } }"), [""; 0]);
        assert_eq!(judge(schema, "a: { x: { c: f } }"), ["bad-enum: `f` is none of `d`, `e`"]);
        assert_eq!(judge(schema, "a: { x: {} }"), ["missing-field: `x` has no `c`"]);
        assert_eq!(judge(schema, "a: 1"), ["wrong-type: `1` is an integer, and `a` is a list or a mapping"]);
        assert_eq!(judge(schema, "b: 1"), ["unknown-field: the document has no field `b`"]);
    }
}
