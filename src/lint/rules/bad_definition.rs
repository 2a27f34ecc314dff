//! A definition of a kind that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-definition",
    severity: Severity::Error,
    about: "a definition of a kind that the server does not take",
    docs: "Its name is the plural and the group; one of its versions is the stored one, each has a schema, and every \
        field in it a type.",
    on: true,
    bad: &[
        r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widget.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions:
  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
"#,
        r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  preserveUnknownFields: true
  conversion: { strategy: Webhook }
  names: { plural: widgets, kind: Widget }
  versions:
  - { name: v1, served: true, storage: false }
  - name: v2
    served: true
    storage: false
    additionalPrinterColumns: [{ name: Size, type: int, jsonPath: spec.size }]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: { type: object, properties: { size: { type: int }, color: { description: none }, count: { type: integer, default: big } } }
"#,
    ],
    good: &[r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  preserveUnknownFields: false
  conversion: { strategy: Webhook, webhook: { conversionReviewVersions: [v1], clientConfig: { url: "https://a" } } }
  names: { plural: widgets, kind: Widget }
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{ name: Size, type: integer, jsonPath: .spec.size }]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: { type: integer, default: 3 }
              port: { x-kubernetes-int-or-string: true, anyOf: [{ minimum: 1 }, { pattern: a }] }
              rest: { x-kubernetes-preserve-unknown-fields: true }
              labels: { type: object, additionalProperties: { type: string } }
              list: { type: array, items: { type: string } }
"#],
    check: Check::Object(check),
};

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];
const COLUMNS: &[&str] = &["boolean", "date", "integer", "number", "string"];

fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "CustomResourceDefinition" || object.group() != "apiextensions.k8s.io" {
        return;
    }
    let spec = object.view().key("spec");
    let (group, plural) = (spec.key("group"), spec.at("names.plural"));
    let (name, wanted) = (object.name.as_str(), (plural.word(), group.word()));
    if let (Some(plural), Some(group)) = wanted
        && name != format!("{plural}.{group}")
    {
        let what = format!("the definition of {} is called {}", quoted(plural), quoted(name));
        report.find(object.name_span(), what, format!("call it `{plural}.{group}`"));
    }
    for key in ["plural", "singular"] {
        let name = spec.key("names").key(key);
        if let Some(word) = name.word().filter(|word| !word.is_empty() && !syntax::label(word)) {
            report.find(name.span(), format!("{} is no name of resources", quoted(word)), syntax::LABEL);
        }
    }
    if spec.key("preserveUnknownFields").is_true() {
        let what = "`preserveUnknownFields: true` is gone since v1";
        report.find(
            spec.key("preserveUnknownFields").span(),
            what,
            "remove it, and say it of fields: `x-kubernetes-preserve-unknown-fields`",
        );
    }
    let conversion = spec.key("conversion");
    if conversion.key("strategy").word() == Some("Webhook") && !conversion.key("webhook").exists() {
        report.find(conversion.key("strategy").span(), "nobody is named to convert", "add `webhook`, or write `None`");
    }
    let versions = spec.key("versions");
    let stored = versions.items().filter(|version| version.key("storage").is_true()).count();
    if stored != 1 && versions.items().len() > 0 {
        let said = versions.items().filter(|version| version.key("storage").exists()).last();
        let place = said.map_or(versions.span(), |version| version.key("storage").span());
        report.find(place, format!("{stored} versions are stored"), "set `storage: true` of one version");
    }
    for version in versions.items() {
        let schema = version.at("schema.openAPIV3Schema");
        if !schema.exists() {
            let name = version.key("name");
            report.find(
                name.span(),
                "the version has no schema",
                "add `schema: { openAPIV3Schema: { type: object } }`",
            );
        }
        structural(schema, "the object", 0, report);
        for column in version.key("additionalPrinterColumns").items() {
            let (kind, path) = (column.key("type"), column.key("jsonPath"));
            if let Some(word) = kind.word().filter(|word| !COLUMNS.contains(word)) {
                let what = format!("{} is no type of a column", quoted(word));
                report.find(kind.span(), what, format!("write one of `{}`", COLUMNS.join("`, `")));
            }
            if path.word().is_some_and(|word| !word.starts_with(['.', '{'])) {
                report.find(path.span(), "a path begins with `.`", "write `.` before it");
            }
        }
    }
}

/// Deeper than any schema: one that refers to itself cannot be.
const DEEPEST: usize = 64;

/// Every field has a type.
fn structural(schema: View<'_>, name: &str, depth: usize, report: &mut Report<'_>) {
    if schema.entries().is_empty() || depth > DEEPEST {
        return;
    }
    let kind = schema.key("type");
    let free = ["x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "$ref"];
    match kind.word() {
        Some(word) if !TYPES.contains(&word) => {
            let what = format!("{} is no type of a field", quoted(word));
            report.find(kind.span(), what, format!("write one of `{}`", TYPES.join("`, `")));
        }
        None if !free.iter().any(|key| schema.key(key).exists()) => {
            let place = schema.entries().first().map_or(schema.span(), |entry| entry.key_span);
            report.find(place, format!("the schema does not say what {name} is"), "add `type`");
        }
        Some(word) => default(schema.key("default"), word, report),
        None => {}
    }
    for entry in schema.key("properties").entries() {
        structural(View::of(&entry.node), &quoted(&entry.key), depth + 1, report);
    }
    structural(schema.key("items"), "an item", depth + 1, report);
    structural(schema.key("additionalProperties"), "a value", depth + 1, report);
}

/// A default is of its field's type.
fn default(value: View<'_>, kind: &str, report: &mut Report<'_>) {
    let Some(node) = value.node() else { return };
    let fits = match kind {
        "integer" => value.integer().is_some() || node.kind() == "an integer",
        "number" => matches!(node.kind(), "an integer" | "a number"),
        "boolean" => value.boolean().is_some(),
        "string" => value.text().is_some(),
        "array" => node.kind() == "a list",
        "object" => node.kind() == "a mapping",
        _ => true,
    };
    if !fits {
        report.find(value.span(), format!("the default is no {kind}"), format!("write a default of type `{kind}`"));
    }
}
