//! A table for documents, with what to do about what does not survive below it.

use super::layout::printable;
use super::{ByHand, Cut, Format, Line, Surveyed, heading};
use crate::failure::{Loss, Outcome, loss_in_short};

pub(super) const FORMAT: Format = Format { name: "markdown", about: "a table for documents", write };

fn write(surveyed: &Surveyed<'_>) -> String {
    let lines = surveyed.lines(&surveyed.survival.single);
    let combined = surveyed.lines(&surveyed.survival.combined);
    let mut out = format!("## What {} survives\n\n", escaped(&surveyed.title()));
    out.push_str(HEAD);
    lines.iter().for_each(|line| out.push_str(&row(line)));
    out.push_str(&reasons("### Why, and what would mend it", &lines));
    out.push_str(&reasons("### Several at once", &combined));
    let cuts = surveyed.cuts.iter().map(Cut::text);
    out.push_str(&list("### What must be lost for good, at the least, to bring it down", cuts));
    out.push_str(&after(surveyed));
    let guarantee = surveyed.guarantees.iter().map(|kept| {
        let word = if kept.is_kept() { "kept" } else { "broken" };
        format!("{word}: {}", kept.guarantee.text())
    });
    out.push_str(&list("### Guarantees", guarantee));
    out.push_str(&list("### Unknown, and nothing is assumed of it", surveyed.system.unknown.iter().cloned()));
    out
}

/// The table, and why and what would mend it; and those that need a person, each group with its heading.
pub(super) fn for_runbook(surveyed: &Surveyed<'_>) -> (String, Vec<ByHand>) {
    let lines = surveyed.lines(&surveyed.survival.single);
    let mut out = String::from(HEAD);
    lines.iter().for_each(|line| out.push_str(&row(line)));
    out.push_str(&reasons("### Why, and what would mend it", &lines));
    out.push_str(&after(surveyed));
    let told: Vec<&Line<'_>> = lines.iter().filter(|line| line.effect().person).collect();
    let loses = |line: &Line<'_>| line.outcome() > Outcome::Survives && line.effect().loss != Loss::None;
    let kind = |line: &Line<'_>| line.verdict.faults.first().map(|fault| fault.kind.as_str());
    let person = |group: &[&Line<'_>]| Some((kind(group[0])?, escaped(&heading(group)), loses(group[0])));
    // What is done depends on nothing else.
    let alike = told.chunk_by(|a, b| (kind(a), loses(a)) == (kind(b), loses(b)));
    (out, alike.filter_map(person).collect())
}

fn after(surveyed: &Surveyed<'_>) -> String {
    list(&format!("### {}", super::AFTER_LOSS), surveyed.after_loss().into_iter())
}

const HEAD: &str = "| failure | of | outcome | interruption | capacity | data lost | person |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n";

fn row(line: &Line<'_>) -> String {
    let Some(fault) = line.verdict.faults.first() else { return String::new() };
    let told = &line.told;
    let cells = [
        fault.kind.as_str().to_owned(),
        fault.subject.clone(),
        line.outcome().as_str().to_owned(),
        line.interruption().unwrap_or_default(),
        told.part.as_ref().map_or_else(|| told.capacity.clone(), |part| format!("{} {part}", told.capacity)),
        loss_in_short(line.effect().loss).unwrap_or_default(),
        if line.effect().person { "yes" } else { "" }.to_owned(),
    ];
    format!("| {} |\n", cells.map(|cell| escaped(&cell)).join(" | "))
}

fn reasons(title: &str, lines: &[Line<'_>]) -> String {
    let of = |group: &[&Line<'_>]| {
        let first = group[0];
        let example = if group.len() > 1 { "for example, " } else { "" };
        let loss = first.told.data_loss.as_ref().map(|loss| format!(" Lost: {loss}.")).unwrap_or_default();
        let mend = first.told.mend.as_ref().map(|mend| format!(" Mend: {mend}.")).unwrap_or_default();
        format!("{}, {}: {example}{}{loss}{mend}", heading(group), first.outcome().as_str(), first.told.why)
    };
    let told: Vec<&Line<'_>> = lines.iter().filter(|line| line.outcome() > Outcome::Survives).collect();
    list(title, told.chunk_by(|a, b| a.is_like(b)).map(of))
}

fn list(title: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("- {}\n", escaped(&item))).collect();
    if items.is_empty() { items } else { format!("\n{title}\n\n{items}") }
}

/// What has no meaning in Markdown but its own. Backquotes stay where mends put them in pairs.
fn escaped(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '`' if paired => {
                code = !code;
                out.push(c);
            }
            // A bar ends a cell in code too.
            '|' => out.push_str("\\|"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' if !code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
