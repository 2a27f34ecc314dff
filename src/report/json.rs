//! One JSON document.

use serde_json::{Value, json};

use super::{Format, Judged, word};
use crate::diagnostic::Severity;

pub(super) const FORMAT: Format = Format { name: "json", about: "one document for programs", write };

fn write(judged: &Judged<'_>) -> String {
    let findings: Vec<Value> = judged
        .findings
        .iter()
        .map(|finding| {
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
        })
        .collect();
    let summary = json!({
        "files": judged.files,
        "objects": judged.objects,
        "errors": judged.count(Severity::Error),
        "warnings": judged.count(Severity::Warning),
        "infos": judged.count(Severity::Info),
    });
    let mut out = format!("{:#}", json!({ "findings": findings, "summary": summary }));
    out.push('\n');
    out
}
