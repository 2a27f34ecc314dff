//! Annotations of GitHub's workflows: one command a line.

use super::{Format, Judged};
use crate::diagnostic::Severity;

pub(super) const FORMAT: Format = Format { name: "github", about: "annotations of GitHub's workflows", write };

fn write(judged: &Judged<'_>) -> String {
    let mut out = String::new();
    for finding in judged.findings {
        let command = match finding.problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let place = judged
            .place(finding)
            .map(|(file, line, column)| format!("file={},line={line},col={column},", property(file)));
        let help = finding.problem.help.as_deref().unwrap_or_default();
        let text = format!("{}: {help}", finding.problem.message);
        out.push_str(&format!(
            "::{command} {}title=a8ctl {}::{}\n",
            place.unwrap_or_default(),
            property(finding.rule.id),
            data(&text)
        ));
    }
    out
}

/// What would end a command's text.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What would end one of its properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
