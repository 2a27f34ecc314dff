//! Findings that somebody has looked at and lets stand, each with the reason.

use std::collections::HashMap;
use std::hash::Hash;

use super::api::{Finding, Rule};
use super::rules::{self, UNUSED_IGNORE};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, did_you_mean, quoted};
use crate::manifest::{Object, Project, View};

/// The annotation of an object, or of its pods' template: `rule: reason`, several on lines of their own or with `;`
/// between.
const ANNOTATION: &str = "a8ctl.io/ignore";

/// Where the annotations of an object and of its pods stand.
const PLACES: &[&str] = &[
    "metadata.annotations",
    "spec.template.metadata.annotations",
    "spec.jobTemplate.spec.template.metadata.annotations",
];

/// The same of a service of a Compose project.
const KEY: &str = "x-a8ctl-ignore";

/// How a comment begins that lets a finding stand: on its line, or on the next one where it stands alone.
const COMMENT: &str = "# a8ctl:ignore ";

/// One rule that is not to speak here.
struct Ignore<'a> {
    /// Nothing where the reason is missing: then it does nothing, and is said to.
    rule: &'a str,
    span: Span,
    used: bool,
}

impl<'a> Ignore<'a> {
    fn new(text: &'a str, span: Span) -> Self {
        let (rule, reason) = text.split_once(':').unwrap_or((text, ""));
        Self { rule: if reason.trim().is_empty() { "" } else { rule.trim() }, span, used: false }
    }
}

/// What is ignored at some kind of place, in the order in which it was written.
struct Ignores<'a, Place> {
    by_place: HashMap<Place, Vec<Ignore<'a>>>,
    order: Vec<Place>,
}

impl<'a, Place: Eq + Hash + Clone> Ignores<'a, Place> {
    fn new() -> Self {
        Self { by_place: HashMap::new(), order: Vec::new() }
    }

    fn add(&mut self, place: Place, ignore: Ignore<'a>) {
        let here = self.by_place.entry(place.clone()).or_default();
        if here.is_empty() {
            self.order.push(place);
        }
        here.push(ignore);
    }

    /// Removes what is ignored, and adds what is to be said of ignores that did nothing.
    fn apply(
        mut self,
        active: &[&'static Rule],
        findings: &mut Vec<Finding>,
        place_of: impl Fn(&Finding) -> Option<Place>,
        object: impl Fn(&Place) -> Option<String>,
    ) {
        if self.order.is_empty() {
            return;
        }
        findings.retain(|finding| {
            let here = place_of(finding).and_then(|place| self.by_place.get_mut(&place));
            let mut matching = here.into_iter().flatten().filter(|ignore| ignore.rule == finding.rule.id).peekable();
            let stands = matching.peek().is_some();
            matching.for_each(|ignore| ignore.used = true);
            !stands
        });
        if !active.iter().any(|rule| rule.id == UNUSED_IGNORE.id) {
            return;
        }
        for place in &self.order {
            for ignore in self.by_place.get(place).into_iter().flatten() {
                findings.extend(unused(ignore, active, object(place)));
            }
        }
    }
}

/// What annotations of objects let stand, and those of services of Compose projects.
pub(super) fn annotations(
    objects: &[&Object],
    projects: &[Project<'_>],
    active: &[&'static Rule],
    findings: &mut Vec<Finding>,
) {
    let mut ignores = Ignores::new();
    for object in objects {
        PLACES.iter().for_each(|path| add(&mut ignores, object.id(), object.view().at(path).key(ANNOTATION)));
    }
    for project in projects {
        project.services.iter().for_each(|service| add(&mut ignores, project.id(service), service.view.key(KEY)));
    }
    ignores.apply(active, findings, |finding| finding.object.clone(), |id| Some(id.clone()));
}

/// The ignores that a value lists.
fn add<'a>(ignores: &mut Ignores<'a, String>, id: String, value: View<'a>) {
    let parts = value.word().unwrap_or_default().split(['\n', ';']).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        ignores.add(id.clone(), Ignore::new(part, value.span()));
    }
}

/// What comments let stand, in any text that has comments.
pub(super) fn comments(sources: &Sources, active: &[&'static Rule], findings: &mut Vec<Finding>) {
    let mut ignores: Ignores<'_, (SourceId, usize)> = Ignores::new();
    for (id, source) in sources.iter().filter(|(_, source)| source.text.contains(COMMENT)) {
        let mut start = 0;
        // Those that stand alone, until there is a line for them.
        let mut waiting: Vec<Ignore<'_>> = Vec::new();
        for (number, line) in source.text.split_inclusive('\n').enumerate() {
            if let Some(at) = line.find(COMMENT) {
                let text = line[at + COMMENT.len()..].trim_end();
                let offset = |at: usize| u32::try_from(start + at).unwrap_or(u32::MAX);
                let from = at + COMMENT.len();
                let span = Span { source: id, start: offset(from), end: offset(from + text.len()) };
                waiting.push(Ignore::new(text, span));
            }
            if !line.trim_start().starts_with('#') && !line.trim().is_empty() {
                waiting.drain(..).for_each(|ignore| ignores.add((id, number + 1), ignore));
            }
            start += line.len();
        }
    }
    let line = |finding: &Finding| {
        let span = finding.problem.span?;
        Some((span.source, sources.position(span)?.0))
    };
    ignores.apply(active, findings, line, |_| None);
}

/// What is said of an ignore that did nothing.
fn unused(ignore: &Ignore<'_>, active: &[&'static Rule], object: Option<String>) -> Option<Finding> {
    let known = rules::RULES.iter().any(|rule| rule.id == ignore.rule);
    // A rule that was not asked could not have spoken.
    if ignore.used || known && !active.iter().any(|rule| rule.id == ignore.rule) {
        return None;
    }
    let (what, help) = if known {
        (format!("{} finds nothing here to ignore", quoted(ignore.rule)), "remove the ignore".to_owned())
    } else if ignore.rule.is_empty() {
        ("an ignore without a reason does nothing".to_owned(), "write `rule: reason`".to_owned())
    } else {
        let near = did_you_mean(ignore.rule, rules::RULES.iter().map(|rule| rule.id));
        let help = near.map_or("`a8ctl rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        (format!("there is no rule {}", quoted(ignore.rule)), help)
    };
    let problem = Diagnostic::warning(UNUSED_IGNORE.id, what).at(ignore.span).help(help);
    Some(Finding { rule: UNUSED_IGNORE, problem, object })
}
