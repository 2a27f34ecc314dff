//! What a system survives, as one page that needs nothing beside itself: no network, and no script to be read.
//!
//! With its script a failure is chosen in the table, and the drawing shows what is lost and what takes over. Every value
//! goes through [`xml`]; and the page forbids every script and style but its own, by their hashes.

mod marks;
mod table;

pub use marks::{Mark, marks};

use super::drawing::{self, xml};
use crate::failure::{Outcome, System};

/// What a page tells.
#[derive(Debug)]
pub struct Page<'a> {
    /// What fails.
    pub system: &'a System,
    /// Each failure.
    pub rows: Vec<Row>,
    /// Failures that together bring something down, a sentence each.
    pub cut_sets: Vec<String>,
    /// What the profile demands, and whether it is so.
    pub guarantees: Vec<(String, bool)>,
    /// What else there is to say, by its heading: estimates and the like.
    pub more: Vec<(String, Vec<String>)>,
}

/// A failure with what is said of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// What goes wrong: `node-loss`.
    pub kind: String,
    /// What it happens to.
    pub subject: String,
    /// What clients see.
    pub outcome: Outcome,
    /// For how long; empty where there is nothing to see.
    pub interruption: String,
    /// What serves meanwhile: `2 of 3`.
    pub capacity: String,
    /// What is lost; empty for nothing.
    pub data: String,
    /// Whether a person must act.
    pub person: bool,
    /// Why.
    pub why: String,
    /// What would mend it; `None` where nothing needs to.
    pub mend: Option<String>,
    /// What becomes of members.
    pub marks: Vec<Mark>,
}

/// What pages look like, behind the looks of drawings.
const STYLE: &str = include_str!("page.css");
/// What pages do.
const SCRIPT: &str = include_str!("page.js");
/// What browsers must find these two to be, as a test says that changes them.
const STYLE_HASH: &str = "sha256-aYkhgdRtQB2naOFYg37e/KtxY5z3adRmORIVVGDlbps=";
const SCRIPT_HASH: &str = "sha256-ehNXMqWlVPi5U7asraryQwdgq7PrwS4ykMeIlK8zRfk=";

/// The page.
pub fn html(page: &Page<'_>) -> String {
    let title = xml(&format!("What {} survives", drawing::title(page.system)));
    let (drawing_style, drawn) = (drawing::STYLE, drawing::inline(page.system));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; \
         script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{drawing_style}{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>{title}</h1>\n{}</header>\n<main>\n\
         <div class=\"seen\">\n{}<figure>\n{drawn}</figure>\n</div>\n<div class=\"told\">\n{}{}</div>\n</main>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        summary(page),
        PANEL,
        table::table(&page.rows),
        lists(page),
    )
}

/// Filled by the script, and shown by it.
const PANEL: &str = "<section id=\"panel\" aria-live=\"polite\" aria-labelledby=\"chosen\" hidden>\n\
    <h2 id=\"chosen\"></h2>\n<p id=\"why\"></p>\n<dl id=\"facts\"></dl>\n\
    </section>\n";

/// How many failures have each outcome.
fn summary(page: &Page<'_>) -> String {
    if page.rows.is_empty() {
        return "<p>Nothing can fail here, as far as is known.</p>\n".to_owned();
    }
    let count = |outcome: Outcome| page.rows.iter().filter(|row| row.outcome == outcome).count();
    let counts = Outcome::ALL.iter().map(|(word, outcome)| (word, count(*outcome))).filter(|(_, count)| *count > 0);
    let counts: Vec<String> =
        counts.map(|(word, count)| format!("{count} <span class=\"outcome {word}\">{word}</span>")).collect();
    let failures = if page.rows.len() == 1 { "failure was" } else { "failures were" };
    format!("<p>{} {failures} tried: {}.</p>\n", page.rows.len(), counts.join(", "))
}

/// What stands below the table.
fn lists(page: &Page<'_>) -> String {
    let kept = page.guarantees.iter().map(|(text, kept)| {
        let word = if *kept { "kept" } else { "broken" };
        format!("<strong class=\"{word}\">{word}</strong>: {}", xml(text))
    });
    let plain = |texts: &[String]| texts.iter().map(|text| xml(text)).collect::<Vec<_>>();
    let mut out = list("Guarantees", &kept.collect::<Vec<_>>());
    out.push_str(&list("What brings it down", &plain(&page.cut_sets)));
    page.more.iter().for_each(|(heading, texts)| out.push_str(&list(&xml(heading), &plain(texts))));
    out.push_str(&list("Unknown, and nothing is assumed of it", &plain(&page.system.unknown)));
    out
}

/// Items that are HTML already.
fn list(heading: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
    format!("<section>\n<h2>{heading}</h2>\n<ul>\n{items}</ul>\n</section>\n")
}
