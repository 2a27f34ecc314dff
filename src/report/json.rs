//! One JSON document. `schemas/findings.json` says what is in it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{Each, Format, Judged, pretty, word};
use crate::diagnostic::Severity;
use crate::lint::Finding;

pub(super) const FORMAT: Format = Format { name: "json", about: "one document for programs", write };

fn write(judged: &Judged<'_>) -> String {
    pretty(&Document(judged))
}

struct Document<'a>(&'a Judged<'a>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(judged) = self;
        let summary = json!({
            "files": judged.files,
            "objects": judged.objects,
            "errors": judged.count(Severity::Error),
            "warnings": judged.count(Severity::Warning),
            "infos": judged.count(Severity::Info),
        });
        let mut document = serializer.serialize_map(Some(2))?;
        document.serialize_entry("findings", &Each(judged.findings, &|finding| value(judged, finding)))?;
        document.serialize_entry("summary", &summary)?;
        document.end()
    }
}

fn value(judged: &Judged<'_>, finding: &Finding) -> Value {
    let problem = &finding.problem;
    let place = judged.place(finding);
    json!({
        "rule": finding.rule.id,
        "severity": word(problem.severity),
        "message": problem.message,
        "help": problem.help,
        "file": place.map(|(file, ..)| file),
        "line": place.map(|(_, line, _)| line),
        "column": place.map(|(.., column)| column),
        "object": finding.object,
    })
}
