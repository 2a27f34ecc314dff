//! Schemas of kinds that no Kubernetes has: definitions of kinds, or JSON Schema.

use serde_json::{Map, Number, Value as Json};

use crate::diagnostic::{Diagnostic, SourceId, quoted};
use crate::manifest::{Dialect, Document, Object, Scalar, View, read as documents, scalar};
use crate::yaml::{Node, Value};

/// The schema of a kind in one version of its API.
#[derive(Debug, Clone)]
pub struct OwnSchema {
    group: String,
    version: String,
    /// As it is, or in lowercase where only a file's name tells it.
    kind: String,
    /// What it says.
    pub(crate) root: Json,
}

impl OwnSchema {
    /// Whether it is an object's.
    pub(crate) fn is_of(&self, object: &Object) -> bool {
        let version = object.api_version.rsplit('/').next().unwrap_or_default();
        (self.group == object.group() || self.group.is_empty() && self.version.is_empty())
            && (self.version == version || self.version.is_empty())
            && self.kind.eq_ignore_ascii_case(&object.kind)
    }
}

/// The schemas that a file gives: those of the definitions of kinds in it, or itself as JSON Schema, whose
/// `x-kubernetes-group-version-kind` says what it is of, or else its path: `GROUP/KIND_VERSION.json`.
pub fn read(name: &str, text: &str, source: SourceId, problems: &mut Vec<Diagnostic>) -> Vec<OwnSchema> {
    let mut found = Vec::new();
    for document in documents(text, source, problems).unwrap_or_default() {
        match document {
            Document::Kubernetes(object) => found.extend(of_definition(&object)),
            Document::Other(node) | Document::Compose(node) => match json_schema(name, &node) {
                Some(mut schemas) => found.append(&mut schemas),
                None => problems.push(
                    Diagnostic::error("unknown-schema", format!("{} says no kind that it is of", quoted(name)))
                        .at(node.span)
                        .help("add `x-kubernetes-group-version-kind`, or call it `GROUP/KIND_VERSION.json`"),
                ),
            },
            _ => {}
        }
    }
    found
}

/// Those of a definition of a kind, one for each version; none of other objects.
pub(crate) fn of_definition(object: &Object) -> Vec<OwnSchema> {
    if object.kind != "CustomResourceDefinition" {
        return Vec::new();
    }
    let spec = object.view().key("spec");
    let word = |path: &str| spec.at(path).word().unwrap_or_default().to_owned();
    let versions = spec.key("versions").items().map(|version| OwnSchema {
        group: word("group"),
        version: version.key("name").word().unwrap_or_default().to_owned(),
        kind: word("names.kind"),
        root: version.at("schema.openAPIV3Schema").node().map_or(Json::Bool(true), json),
    });
    versions.collect()
}

fn json_schema(name: &str, node: &Node) -> Option<Vec<OwnSchema>> {
    let view = View::of(node);
    let root = json(node);
    let listed = view.key("x-kubernetes-group-version-kind").items().filter_map(|it| {
        let word = |key: &str| it.key(key).word().unwrap_or_default().to_owned();
        Some(OwnSchema {
            group: word("group"),
            version: word("version"),
            kind: it.key("kind").word()?.to_owned(),
            root: root.clone(),
        })
    });
    let listed: Vec<OwnSchema> = listed.collect();
    if !listed.is_empty() {
        return Some(listed);
    }
    let mut parts = name.rsplit('/');
    let (kind, version) = parts.next()?.strip_suffix(".json")?.rsplit_once('_')?;
    let group = parts.next().unwrap_or_default();
    Some(vec![OwnSchema { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned(), root }])
}

/// A tree as JSON, as kubectl would send it.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), json(&entry.node))).collect::<Map<_, _>>())
        }
        Value::Seq(items) => Json::Array(items.iter().map(json).collect()),
        Value::Scalar(..) => match scalar(node, Dialect::Kubernetes) {
            Some(Scalar::Bool(value)) => Json::Bool(value),
            Some(Scalar::Int(number)) => i64::try_from(number).map_or(Json::Null, Json::from),
            Some(Scalar::Float(number)) => Number::from_f64(number).map_or(Json::Null, Json::Number),
            Some(Scalar::Str(text)) => Json::String(text.to_owned()),
            _ => Json::Null,
        },
    }
}
