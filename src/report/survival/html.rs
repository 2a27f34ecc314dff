//! As one page, with the topology drawn.

use crate::failure::loss_in_short;
use crate::report::page::{self, Page, Row, marks};

use super::{Cut, Estimate, Format, Line, Surveyed};

pub(super) const FORMAT: Format =
    Format { name: "html", about: "one page for a browser, with the topology drawn", write };

fn write(surveyed: &Surveyed<'_>) -> String {
    let single = surveyed.lines(&surveyed.survival.single);
    let combined = surveyed.lines(&surveyed.survival.combined);
    let guarantees = surveyed.guarantees.iter().map(|kept| (kept.guarantee.text(), kept.is_kept()));
    page::html(&Page {
        system: surveyed.system,
        rows: single.iter().chain(&combined).map(|line| row(surveyed, line)).collect(),
        cut_sets: surveyed.cuts.iter().map(Cut::text).collect(),
        guarantees: guarantees.collect(),
        more: vec![
            (super::AFTER_LOSS.to_owned(), surveyed.after_loss()),
            (
                "Expected minutes of outage in a year".to_owned(),
                surveyed.estimates.iter().map(Estimate::text).collect(),
            ),
        ],
    })
}

fn row(surveyed: &Surveyed<'_>, line: &Line<'_>) -> Row {
    let faults = &line.verdict.faults;
    let kinds: Vec<&str> = faults.iter().map(|fault| fault.kind.as_str()).collect();
    let subjects: Vec<&str> = faults.iter().map(|fault| fault.subject.as_str()).collect();
    let effect = line.effect();
    Row {
        kind: kinds.join(" and "),
        subject: subjects.join(" and "),
        outcome: line.outcome(),
        interruption: line.interruption().unwrap_or_default(),
        capacity: line.told.capacity.clone(),
        data: loss_in_short(effect.loss).unwrap_or_default(),
        person: effect.person,
        why: line.told.why.clone(),
        mend: line.told.mend.clone(),
        marks: marks(surveyed.system, line.verdict),
    }
}
