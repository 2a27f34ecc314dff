//! The matrix of failures.

use super::Row;
use crate::report::drawing::xml;

const COLUMNS: [(&str, &str); 8] = [
    ("", "Failure"),
    ("", "of"),
    ("", "Outcome"),
    ("", "Interruption"),
    ("", "Serving"),
    ("", "Data lost"),
    ("", "Person"),
    ("why", "Why, and what would mend it"),
];

/// The whole table; empty where there is no row.
pub(super) fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = COLUMNS.iter().map(|(class, text)| {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        format!("<th scope=\"col\"{class}>{text}</th>")
    });
    let head: String = head.collect();
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\">\n<table id=\"failures\">\n<caption>Failures<span id=\"hint\" hidden>: choose one by a click, or with the \
         arrow keys; Escape lets it go</span></caption>\n<thead>\n<tr>{head}</tr>\n</thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn row(row: &Row) -> String {
    let cell = |text: &str| format!("<td>{}</td>", if text.is_empty() { "-".to_owned() } else { xml(text) });
    let outcome = row.outcome.as_str();
    let mend = row.mend.as_ref().map(|mend| format!("<p class=\"mend\">{}</p>", xml(mend))).unwrap_or_default();
    format!(
        "<tr{}{}>\n<th scope=\"row\">{}</th>{}<td><span class=\"outcome {outcome}\">{outcome}</span></td>{}{}{}{}\n\
         <td class=\"why\"><p class=\"reason\">{}</p>{mend}</td>\n</tr>\n",
        marks(row, true, "hit"),
        marks(row, false, "on"),
        xml(&row.kind),
        cell(&row.subject),
        cell(&row.interruption),
        cell(&row.capacity),
        cell(&row.data),
        cell(if row.person { "yes" } else { "" }),
        xml(&row.why),
    )
}

/// What becomes of members, for the script: `lost:0-1 0-2;cut off:1-0`.
fn marks(row: &Row, hit: bool, name: &str) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for mark in row.marks.iter().filter(|mark| mark.hit == hit) {
        let id = format!("{}-{}", mark.part, mark.member);
        match groups.iter_mut().find(|(what, _)| *what == mark.what) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((mark.what, vec![id])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let groups: Vec<String> = groups.iter().map(|(what, ids)| format!("{}:{}", xml(what), ids.join(" "))).collect();
    format!(" data-{name}=\"{}\"", groups.join(";"))
}
