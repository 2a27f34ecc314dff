//! A tree against a definition.

use super::definitions::{Definitions, Field, Shape, Type};
use crate::diagnostic::{Diagnostic, did_you_mean, quoted};
use crate::manifest::{Dialect, Scalar, scalar};
use crate::yaml::{Entry, Node, Value};

/// Everything in a tree that a definition does not allow, in one version of Kubernetes.
pub(crate) fn walk(definitions: &Definitions, definition: usize, node: &Node, minor: u8) -> Vec<Diagnostic> {
    let mut walker = Walker { definitions, minor, found: Vec::new(), path: Vec::new() };
    walker.object(definition, node);
    walker.found
}

struct Walker<'a> {
    definitions: &'a Definitions,
    minor: u8,
    found: Vec<Diagnostic>,
    path: Vec<&'a str>,
}

impl<'a> Walker<'a> {
    /// `spec.template.spec`, for messages.
    fn place(&self) -> String {
        if self.path.is_empty() { "the object".to_owned() } else { format!("`{}`", self.path.join(".")) }
    }

    fn object(&mut self, definition: usize, node: &'a Node) {
        let Value::Map(entries) = &node.value else { return self.wrong(node, "a mapping") };
        let fields = self.definitions.fields(definition);
        let mut mended = Vec::new();
        for entry in entries {
            let known = named(fields, &entry.key);
            match known.iter().find(|field| field.versions.has(self.minor)) {
                Some(field) => {
                    self.path.push(&entry.key);
                    self.value(field.kind, &entry.node);
                    self.path.pop();
                }
                None => self.unknown(entry, known, fields, node, &mut mended),
            }
        }
        // The server fills this one in, whatever its description says.
        let filled = |name: &str| name == "status" && self.path.last() == Some(&"onPodConditions");
        let here = |field: &&Field| field.required && field.versions.has(self.minor) && !filled(field.name);
        for field in fields.iter().filter(here) {
            if node.get(field.name).is_none_or(Node::is_null) {
                let at = entries.first().map_or(node.span, |entry| entry.key_span);
                let what = format!("{} has no `{}`", self.place(), field.name);
                self.found.push(Diagnostic::error("missing-field", what).at(at).help(format!("add `{}`", field.name)));
            }
        }
    }

    fn unknown(&mut self, entry: &Entry, known: &[Field], fields: &'a [Field], node: &Node, mended: &mut Vec<&'a str>) {
        let key = quoted(&entry.key);
        let (what, help) = match (known.first(), known.last()) {
            (Some(first), Some(_)) if first.versions.first > self.minor => (
                format!("{} has no field {key} before Kubernetes 1.{}", self.place(), first.versions.first),
                format!(
                    "remove it, or judge for the version of the cluster: `--kube-version 1.{}`",
                    first.versions.first
                ),
            ),
            (Some(_), Some(last)) => (
                format!("{} has no field {key} since Kubernetes 1.{}", self.place(), last.versions.last + 1),
                "remove it: the server refuses or drops it".to_owned(),
            ),
            _ => {
                let names = fields.iter().filter(|field| field.versions.has(self.minor)).map(|field| field.name);
                let what = format!("{} has no field {key}", self.place());
                let problem = Diagnostic::error("unknown-field", what).at(entry.key_span);
                self.found.push(match did_you_mean(&entry.key, names) {
                    Some(near) => {
                        let problem = problem.help(format!("did you mean `{near}`?"));
                        // A key that stands there twice is no mend.
                        if mended.contains(&near) || node.get(near).is_some() {
                            problem
                        } else {
                            mended.push(near);
                            problem.fix(entry.key_span, near)
                        }
                    }
                    None => problem.help("remove it, or indent it to where it belongs: the server would drop it"),
                });
                return;
            }
        };
        self.found.push(Diagnostic::error("unknown-field", what).at(entry.key_span).help(help));
    }

    fn wrong(&mut self, node: &Node, wanted: &str) {
        let is = match scalar(node, Dialect::Kubernetes) {
            Some(scalar) => scalar.kind(),
            None => node.kind(),
        };
        let word = match &node.value {
            Value::Scalar(text, _) if !text.is_empty() => format!("{} is {is}", quoted(text)),
            _ => format!("this is {is}"),
        };
        let mut problem =
            Diagnostic::error("wrong-type", format!("{word}, and {} is {wanted}", self.place())).at(node.span);
        if let (Value::Scalar(text, _), "a string") = (&node.value, wanted) {
            problem = problem.help(format!("quote it: `\"{text}\"`")).fix(node.span, format!("\"{text}\""));
        } else if matches!(wanted, "an integer" | "a boolean")
            && matches!(scalar(node, Dialect::Kubernetes), Some(Scalar::Str(_)))
        {
            problem = problem.help("write it without quotes");
        }
        self.found.push(problem);
    }

    fn value(&mut self, kind: Type, node: &'a Node) {
        // The server takes null for a field that is not there.
        if node.is_null() {
            return;
        }
        match kind.shape() {
            Shape::Definition(number) => self.object(number, node),
            Shape::List(of) => {
                let Value::Seq(items) = &node.value else { return self.wrong(node, "a list") };
                for item in items {
                    if item.is_null() {
                        self.wrong(item, "a list of something");
                    }
                    self.value(of, item);
                }
            }
            Shape::Map(of) => {
                let Value::Map(entries) = &node.value else { return self.wrong(node, "a mapping") };
                for entry in entries {
                    self.path.push(&entry.key);
                    self.value(of, &entry.node);
                    self.path.pop();
                }
            }
            Shape::Object => {
                if !matches!(node.value, Value::Map(_)) {
                    self.wrong(node, "a mapping");
                }
            }
            Shape::Anything => {}
            shape => self.scalar(shape, node),
        }
    }

    fn scalar(&mut self, shape: Shape, node: &Node) {
        let Some(scalar) = scalar(node, Dialect::Kubernetes) else { return self.wrong(node, name(shape)) };
        let fits = match (shape, &scalar) {
            (Shape::Words(words), Scalar::Str(text)) => return self.word(words, text, node),
            (Shape::String | Shape::Time | Shape::Bytes | Shape::IntOrString | Shape::Quantity, Scalar::Str(_))
            | (Shape::Boolean, Scalar::Bool(_))
            | (Shape::Number | Shape::Quantity, Scalar::Int(_) | Scalar::Float(_)) => true,
            (Shape::Int32 | Shape::IntOrString, Scalar::Int(number)) => i32::try_from(*number).is_ok(),
            (Shape::Int64, Scalar::Int(number)) => i64::try_from(*number).is_ok(),
            // What a reader of JSON takes for a whole number.
            (Shape::Int32 | Shape::Int64, Scalar::Float(number)) => number.fract() == 0.0 && number.abs() < 2e9,
            _ => false,
        };
        if !fits {
            self.wrong(node, name(shape));
        }
    }

    fn word(&mut self, words: &'static str, text: &str, node: &Node) {
        if text.is_empty() || words.split('|').any(|word| word == text) {
            return;
        }
        let all: Vec<String> = words.split('|').map(|word| format!("`{word}`")).collect();
        let what = format!("{} is none of {}", quoted(text), all.join(", "));
        let problem = Diagnostic::error("bad-enum", what).at(node.span);
        self.found.push(match did_you_mean(text, words.split('|')) {
            Some(near) => problem.help(format!("did you mean `{near}`?")).fix(node.span, near),
            None => problem.help(format!("{} is one of {}", self.place(), all.join(", "))),
        });
    }
}

/// The field of a name, once for each range of versions.
fn named<'f>(fields: &'f [Field], name: &str) -> &'f [Field] {
    let first = fields.partition_point(|field| field.name < name);
    let count = fields[first..].iter().take_while(|field| field.name == name).count();
    &fields[first..first + count]
}

fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Int32 | Shape::Int64 => "an integer",
        Shape::Number => "a number",
        Shape::Boolean => "a boolean",
        Shape::Quantity => "a quantity",
        Shape::IntOrString => "an integer or a string",
        Shape::Time => "a time",
        Shape::Bytes => "base64",
        _ => "a string",
    }
}
