//! As rustc would print them.

use super::{Format, Judged};
use crate::diagnostic::{Diagnostic, Severity, render};

pub(super) const FORMAT: Format = Format { name: "human", about: "excerpts with the mend, for people", write };

fn write(judged: &Judged<'_>) -> String {
    let problems: Vec<Diagnostic> = judged.findings.iter().map(|finding| finding.problem.clone()).collect();
    let mut out = render(&problems, judged.sources, judged.color);
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    out.push_str(&format!(
        "{}, {}: {}, {}, {}\n",
        plural(judged.files, "file"),
        plural(judged.objects, "object"),
        plural(judged.count(Severity::Error), "error"),
        plural(judged.count(Severity::Warning), "warning"),
        plural(judged.count(Severity::Info), "info"),
    ));
    out
}
