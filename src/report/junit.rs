//! JUnit's XML as CI systems read it: a suite for each file, a case for each finding.

use super::{Format, Judged, word};
use crate::diagnostic::Severity;

pub(super) const FORMAT: Format = Format { name: "junit", about: "XML for CI systems", write };

fn write(judged: &Judged<'_>) -> String {
    // Those of one file stand together.
    let mut suites: Vec<(&str, Vec<String>, usize)> = Vec::new();
    for finding in judged.findings {
        let (file, line, column) = judged.place(finding).unwrap_or(("", 0, 0));
        let name = match &finding.object {
            Some(object) => format!("{} {object}", finding.rule.id),
            None => finding.rule.id.to_owned(),
        };
        let help = finding.problem.help.as_deref().unwrap_or_default();
        let text = format!("{file}:{line}:{column}: {}\n{help}", finding.problem.message);
        // Known and no flaw: a case that passes, with what is said.
        let flaw = finding.problem.severity != Severity::Info;
        let body = if flaw {
            format!(
                "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                escaped(&finding.problem.message),
                word(finding.problem.severity),
                escaped(&text)
            )
        } else {
            format!("      <system-out>{}</system-out>\n", escaped(&text))
        };
        let case = format!(
            "    <testcase classname=\"{}\" name=\"{}\">\n{body}    </testcase>\n",
            escaped(file),
            escaped(&name)
        );
        match suites.last_mut() {
            Some((last, cases, failures)) if *last == file => {
                cases.push(case);
                *failures += usize::from(flaw);
            }
            _ => suites.push((file, vec![case], usize::from(flaw))),
        }
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let cases: usize = suites.iter().map(|(_, cases, _)| cases.len()).sum();
    let failures: usize = suites.iter().map(|(.., failures)| failures).sum();
    out.push_str(&format!("<testsuites name=\"a8ctl\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\">\n"));
    for (file, cases, failures) in suites {
        let (name, count) = (escaped(file), cases.len());
        out.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\" errors=\"0\">\n"
        ));
        cases.iter().for_each(|case| out.push_str(case));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text that XML may hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // An attribute would have a blank there.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
