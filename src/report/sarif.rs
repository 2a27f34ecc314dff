//! SARIF 2.1.0, as code scanners take it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{Each, Format, Judged, pretty};
use crate::diagnostic::Severity;
use crate::lint::{Finding, Rule};

pub(super) const FORMAT: Format = Format { name: "sarif", about: "SARIF 2.1.0 for code scanners", write };

fn write(judged: &Judged<'_>) -> String {
    pretty(&Log(judged))
}

struct Log<'a>(&'a Judged<'a>);

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut log = serializer.serialize_map(Some(3))?;
        log.serialize_entry("$schema", "https://json.schemastore.org/sarif-2.1.0.json")?;
        log.serialize_entry("version", "2.1.0")?;
        log.serialize_entry("runs", &[Run(self.0)])?;
        log.end()
    }
}

struct Run<'a>(&'a Judged<'a>);

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(judged) = self;
        let mut rules: Vec<&Rule> = judged.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_by_key(|rule| rule.id);
        rules.dedup_by_key(|rule| rule.id);
        let described: Vec<Value> = rules.iter().copied().map(description).collect();
        let driver = json!({ "name": "a8ctl", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": described });
        let mut run = serializer.serialize_map(Some(3))?;
        run.serialize_entry("tool", &json!({ "driver": driver }))?;
        run.serialize_entry("columnKind", "unicodeCodePoints")?;
        run.serialize_entry("results", &Each(judged.findings, &|finding| result(judged, &rules, finding)))?;
        run.end()
    }
}

fn description(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.about },
        "fullDescription": { "text": rule.docs },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn result(judged: &Judged<'_>, rules: &[&Rule], finding: &Finding) -> Value {
    let problem = &finding.problem;
    let help = problem.help.as_deref().map(|help| format!(": {help}")).unwrap_or_default();
    let mut location = json!({});
    if let Some((file, line, column)) = judged.place(finding) {
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line, "startColumn": column },
        });
    }
    if let Some(object) = &finding.object {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": object, "kind": "object" }]);
    }
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.iter().position(|rule| rule.id == finding.rule.id),
        "level": level(problem.severity),
        "message": { "text": format!("{}{help}", problem.message) },
        "locations": [location],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a reference: what has a meaning there is written as its number.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
