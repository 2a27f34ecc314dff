//! A matrix for people, then why, what would mend it, and what else follows. No line is wider than 100 columns.

use super::layout::{WIDTH, cell, fitted, printable, wrapped};
use super::{Cut, Estimate, Format, Line, Surveyed, failure, heading};
use crate::failure::{Kind, Outcome, loss_in_short};

pub(super) const FORMAT: Format = Format { name: "human", about: "a matrix with reasons and mends, for people", write };

/// Columns, without the two blanks behind each.
const SUBJECT: usize = 25;
const OUTCOME: usize = 11;
const LAPSE: usize = 13;
const CAPACITY: usize = 22;
const DATA: usize = 13;
/// Sets of failures that are shown; the others are counted.
const MOST_CUTS: usize = 20;

fn write(surveyed: &Surveyed<'_>) -> String {
    let lines = surveyed.lines(&surveyed.survival.single);
    let combined = surveyed.lines(&surveyed.survival.combined);
    let mut out = summary(surveyed);
    out.push_str(&matrix(&lines, surveyed.color));
    out.push_str(&reasons("What does not survive", &lines, surveyed.color));
    if surveyed.at_once > 1 {
        let (tried, at_once, worse) = (surveyed.survival.tried, surveyed.at_once, combined.len());
        let cost = if worse == 1 { "costs" } else { "cost" };
        let text = format!(
            "{tried} combinations of up to {at_once} failures at once were tried; {worse} {cost} more than each alone."
        );
        out.push_str(&format!("\n{}", wrapped("", &text)));
        out.push_str(&reasons("At once", &combined, surveyed.color));
        let more = surveyed.survival.more;
        out.push_str(&if more > 0 { format!("\nand {more} more\n") } else { String::new() });
    }
    out.push_str(&cuts(surveyed));
    out.push_str(&list(super::AFTER_LOSS, surveyed.after_loss().into_iter()));
    out.push_str(&guarantees(surveyed));
    out.push_str(&estimates(surveyed));
    out.push_str(&list("Unknown, and nothing is assumed of it", surveyed.system.unknown.iter().cloned()));
    out
}

fn summary(surveyed: &Surveyed<'_>) -> String {
    let counts: Vec<String> =
        surveyed.counts().iter().map(|(outcome, count)| format!("{} {count}", outcome.as_str())).collect();
    let all = surveyed.survival.single.len();
    let text = format!("{}: {all} single failures: {}", surveyed.title(), counts.join(", "));
    wrapped("", if counts.is_empty() { "nothing can fail here" } else { &text })
}

fn matrix(lines: &[Line<'_>], color: bool) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let head = ["", "outcome", "interruption", "capacity", "data lost", "person"];
    let mut out = format!("\n{}\n", row(head.map(str::to_owned), |text| text));
    let mut last: Option<Kind> = None;
    for line in lines {
        let Some(fault) = line.verdict.faults.first() else { continue };
        if last != Some(fault.kind) {
            out.push_str(fault.kind.as_str());
            out.push('\n');
            last = Some(fault.kind);
        }
        let outcome = line.outcome();
        let paint = |text: String| painted(&text, outcome, color);
        let mut subject = format!("  {}", printable(&fault.subject));
        if subject.chars().count() > SUBJECT {
            // Names must be told apart to their ends.
            out.push_str(&wrapped("  ", &fault.subject));
            subject.clear();
        }
        let cells = [
            subject,
            outcome.as_str().to_owned(),
            line.interruption().unwrap_or_else(|| "-".to_owned()),
            capacity(line),
            loss_in_short(line.effect().loss).unwrap_or_else(|| "-".to_owned()),
            if line.effect().person { "yes" } else { "-" }.to_owned(),
        ];
        out.push_str(&row(cells, paint));
        out.push('\n');
    }
    out
}

/// `2 of 3 NAME`, where there is room for the name.
fn capacity(line: &Line<'_>) -> String {
    let told = &line.told;
    let named = told.part.as_ref().map(|part| format!("{} {part}", told.capacity));
    named.filter(|text| text.chars().count() <= CAPACITY).unwrap_or_else(|| told.capacity.clone())
}

fn row(cells: [String; 6], paint: impl Fn(String) -> String) -> String {
    let [subject, outcome, lapse, capacity, data, person] = cells;
    let outcome = paint(cell(&outcome, OUTCOME));
    let others = [cell(&lapse, LAPSE), cell(&capacity, CAPACITY), cell(&data, DATA), person];
    format!("{}{outcome}{}", cell(&subject, SUBJECT), others.concat()).trim_end().to_owned()
}

/// The word says it too.
fn painted(text: &str, outcome: Outcome, color: bool) -> String {
    if !color {
        return text.to_owned();
    }
    let code = match outcome {
        Outcome::Survives => 32,
        Outcome::Interrupted | Outcome::Degraded => 33,
        Outcome::Down | Outcome::DataLoss => 31,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Those that do not survive, alike ones together, the worst first.
fn reasons(title: &str, lines: &[Line<'_>], color: bool) -> String {
    let mut told: Vec<&Line<'_>> = lines.iter().filter(|line| line.outcome() > Outcome::Survives).collect();
    told.sort_by_key(|line| std::cmp::Reverse(line.outcome()));
    let mut out = String::new();
    for group in told.chunk_by(|a, b| a.is_like(b)) {
        if out.is_empty() {
            out = format!("\n{title}:\n");
        }
        let first = group[0];
        let outcome = first.outcome();
        // The escapes take no room.
        let head = wrapped(&format!("{}: ", outcome.as_str()), &heading(group));
        out.push_str(&head.replacen(outcome.as_str(), &painted(outcome.as_str(), outcome, color), 1));
        // Of alike ones the first stands for all.
        let example = if group.len() > 1 { "For example: " } else { "" };
        out.push_str(&wrapped("    ", &format!("{example}{}", first.told.why)));
        if let Some(loss) = &first.told.data_loss {
            out.push_str(&wrapped("    lost: ", loss));
        }
        if let Some(mend) = &first.told.mend {
            out.push_str(&wrapped("    mend: ", mend));
        }
    }
    out
}

fn cuts(surveyed: &Surveyed<'_>) -> String {
    let mut out = String::new();
    let fewest = surveyed.fewest().into_iter().map(|(service, count)| {
        let failures = if count == 1 { "failure" } else { "failures" };
        format!("{}: {count} {failures}", service.unwrap_or("the whole"))
    });
    out.push_str(&list("Fewest failures to an outage", fewest));
    let shown = surveyed.cuts.iter().take(MOST_CUTS).map(Cut::text);
    let more = surveyed.cuts.len().saturating_sub(MOST_CUTS);
    let more = (more > 0).then(|| format!("and {more} more, in `--format json`"));
    out.push_str(&list("What must be lost for good, at the least, to bring it down", shown.chain(more)));
    out
}

fn guarantees(surveyed: &Surveyed<'_>) -> String {
    let line = |kept: &crate::failure::Kept<'_>| {
        let text = kept.guarantee.text();
        let named = |verdict: &&crate::failure::Verdict| {
            let failures: Vec<String> =
                verdict.faults.iter().map(|fault| failure(fault.kind, &fault.subject)).collect();
            format!("{} ({})", failures.join(" and "), verdict.effect.outcome.as_str())
        };
        match (kept.is_kept(), kept.tried) {
            (true, 0) => format!("kept, for it cannot happen: {text}"),
            (true, _) => format!("kept: {text}"),
            (false, _) => {
                format!("broken: {text}, by {}", kept.broken_by.iter().map(named).collect::<Vec<_>>().join(", "))
            }
        }
    };
    list("Guarantees", surveyed.guarantees.iter().map(line))
}

fn estimates(surveyed: &Surveyed<'_>) -> String {
    list("Expected minutes of outage in a year", surveyed.estimates.iter().map(Estimate::text))
}

fn list(title: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| wrapped("  - ", &item)).collect();
    if items.is_empty() { items } else { format!("\n{}:\n{items}", fitted(title, WIDTH - 1)) }
}
