//! One kind of problem for everything that has a place in a text: code, message, span, mend.

use std::sync::OnceLock;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// A text that spans point into.
#[derive(Debug, Clone)]
pub struct Source {
    /// What the user calls it: a path as given, `--set`, or the name of a built-in profile's file.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where its lines begin, once somebody asks.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// The line of a byte, from 0, and where that line begins.
    fn line(&self, at: usize) -> (usize, usize) {
        let begins = self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let begins = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
            [0].into_iter().chain(begins).collect()
        });
        let line = begins.partition_point(|begin| *begin as usize <= at).saturating_sub(1);
        (line, begins[line] as usize)
    }
}

/// Every text read so far; a [`Span`] is meaningless without it.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Keeps a text and returns the identity its spans carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        // A file may be called anything; its name is shown at the head of every excerpt.
        let name = name.into().chars().flat_map(one_line).collect();
        self.0.push(Source { name, text: text.into(), lines: OnceLock::new() });
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// Gives a text to an identity that was kept without one.
    pub fn set(&mut self, id: SourceId, text: impl Into<String>) {
        if let Some(source) = self.0.get_mut(id.0 as usize) {
            (source.text, source.lines) = (text.into(), OnceLock::new());
        }
    }

    /// Every text with its identity.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    /// The text behind an identity; `None` for a span that no text is behind.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// One-based line and column (in characters) of a span's start.
    pub fn position(&self, span: Span) -> Option<(usize, usize)> {
        let source = self.get(span.source)?;
        let at = span.start as usize;
        let (line, begin) = source.line(at);
        Some((line + 1, source.text.get(begin..at)?.chars().count() + 1))
    }
}

/// Which text of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// Texts in the order they were read.
    pub(crate) fn index(self) -> u32 {
        self.0
    }
}

/// A byte range of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place of values that nobody wrote: defaults.
    pub const DEFAULT: Self = Self { source: SourceId(u32::MAX), start: 0, end: 0 };

    /// Whether the value is a default.
    pub fn is_default(self) -> bool {
        self == Self::DEFAULT
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// How bad it is; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Generated, but the reader must know.
    Warning,
    /// Worth knowing, and no flaw.
    Info,
}

/// One problem: what, where, and how to mend it.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Stable kebab-case name of the flaw.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// A lowercase sentence without a final stop.
    pub message: String,
    /// The place, where there is one.
    pub span: Option<Span>,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
    /// The mend.
    pub help: Option<String>,
    /// The mend as a change of the text, where it is mechanical.
    pub fix: Option<Box<Fix>>,
}

/// A text that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What goes; nothing where something is only added.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// A text with its mends made, and how many were: one that lies in another is left for the next time.
pub fn mended(text: &str, mut fixes: Vec<&Fix>) -> (String, usize) {
    let (mut text, mut made) = (text.to_owned(), 0);
    // From the end, so that places before stay right.
    fixes.sort_by_key(|fix| std::cmp::Reverse((fix.span.start, fix.span.end)));
    let mut before = usize::MAX;
    for fix in fixes {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        if end <= before && text.is_char_boundary(start) && text.is_char_boundary(end) {
            text.replace_range(start..end, &fix.text);
            before = start;
            made += 1;
        }
    }
    (text, made)
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: printable(&message.into()),
            span: None,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Puts it at a place. A default has none.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = (!span.is_default()).then_some(span);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn with(mut self, span: Span, words: impl Into<String>) -> Self {
        if !span.is_default() {
            self.related.push((span, printable(&words.into())));
        }
        self
    }

    /// Makes the mend mechanical: a text in the place of another.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = (!span.is_default()).then(|| Box::new(Fix { span, text: text.into() }));
        self
    }

    /// Says the mend.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()));
        self
    }
}

/// Text of the user inside our sentences: control characters would let it forge lines of the terminal.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (count, c) in text.chars().enumerate() {
        if count == 2_000 {
            out.push_str("...");
            break;
        }
        match c {
            '\n' => out.push('\n'),
            c if crate::grammar::is_hidden(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// A user's word between backquotes, shortened and on one line.
pub fn quoted(text: &str) -> String {
    let line: String = text.chars().take(60).flat_map(one_line).collect();
    let more = if text.chars().nth(60).is_some() { "..." } else { "" };
    format!("`{line}{more}`")
}

fn one_line(c: char) -> Vec<char> {
    if crate::grammar::is_hidden(c) { c.escape_default().collect() } else { vec![c] }
}

/// A longer word, in bytes, is no misspelling of anything that is known.
const LONGEST_WORD: usize = 200;

/// The nearest of some known words, as the mend "did you mean".
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = Some(word.to_lowercase()).filter(|word| word.len() <= LONGEST_WORD)?;
    let length = word.chars().count();
    known
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let short = candidate.len().min(word.len());
            // A word for its part: `timeout` for `server_timeout`, `mem` for `memory`. Behind every misspelling.
            let part = short >= 3 && (lower.contains(&word) || word.contains(&lower));
            // Every sign that one has more is a step from one to the other, and to count all steps takes time.
            if !part && lower.chars().count().abs_diff(length) > 1 + short / 4 {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&word, &lower);
            let near = distance <= 1 + short / 4;
            (near || part).then_some((!near, distance, candidate))
        })
        .min_by_key(|(part, distance, _)| (*part, *distance))
        .map(|(.., candidate)| candidate)
}

/// Longest line an excerpt shows whole; a longer one is cut around the span.
const EXCERPT: usize = 160;

/// More bytes than this the renderer is not given for all problems together: it reads all lines of each anew.
const MOST: usize = 4 << 20;

/// All problems as rustc would print them, one blank line between two.
pub fn render(problems: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(EXCERPT);
    let room = MOST / problems.len().max(1);
    let mut out = String::new();
    for problem in problems {
        // The renderer itself shows the controls of ASCII; terminals obey those of Latin-1 too.
        let hidden = |c: char| matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
        out.push_str(&renderer.render(&[group(problem, sources, room)]).replace(hidden, "\u{fffd}"));
        out.push_str("\n\n");
    }
    out
}

/// A problem with its excerpts, each of at most so many bytes.
fn group<'a>(problem: &'a Diagnostic, sources: &'a Sources, room: usize) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()).id(problem.code));
    let mut places: Vec<(Span, &str, AnnotationKind)> = Vec::new();
    if let Some(span) = problem.span {
        places.push((span, "", AnnotationKind::Primary));
    }
    for (span, words) in &problem.related {
        places.push((*span, words, AnnotationKind::Context));
    }
    while let Some(&(first, ..)) = places.first() {
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|(span, ..)| span.source == first.source);
        places = elsewhere;
        if let Some(source) = sources.get(first.source) {
            let ranges: Vec<_> = here.iter().map(|(span, ..)| clamp(*span, &source.text)).collect();
            // The renderer reads what it is given line by line: of a long text with many mistakes it gets a few lines.
            let lines = lines_around(&ranges, &source.text);
            if lines.len() > room {
                for ((_, words, kind), range) in here.iter().zip(ranges) {
                    group = part(group, source, range, words, *kind);
                }
                continue;
            }
            let first_line = source.line(lines.start).0 + 1;
            let annotations = here.iter().zip(ranges).map(|((_, words, kind), range)| {
                let annotation = kind.span(range.start - lines.start..range.end - lines.start);
                if words.is_empty() { annotation } else { annotation.label(*words) }
            });
            let snippet = Snippet::source(&source.text[lines.clone()]).line_start(first_line);
            group = group.element(snippet.path(source.name.as_str()).annotations(annotations));
        }
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// Adds a place of which only a part of its line is shown.
fn part<'a>(
    group: Group<'a>,
    source: &'a Source,
    range: std::ops::Range<usize>,
    words: &'a str,
    kind: AnnotationKind,
) -> Group<'a> {
    let (line, begin) = source.line(range.start);
    let column = source.text[begin..range.start].chars().count() + 1;
    let start = border(&source.text, range.start.saturating_sub(EXCERPT / 2).max(begin));
    let shown = lines_around(std::slice::from_ref(&range), &source.text).end;
    let end = border(&source.text, shown.min(range.start + EXCERPT)).max(range.start);
    let annotation = kind.span(range.start - start..range.end.min(end) - start);
    let annotation = if words.is_empty() { annotation } else { annotation.label(words) };
    let snippet: Snippet<'a, _> = Snippet::source(&source.text[start..end]).line_start(line + 1);
    let origin = Origin::path(source.name.as_str()).line(line + 1).char_column(column);
    group.element(origin).element(snippet.annotation(annotation))
}

/// The border between two characters at a byte, or before it.
fn border(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The whole lines that hold some ranges.
fn lines_around(ranges: &[std::ops::Range<usize>], text: &str) -> std::ops::Range<usize> {
    let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let last = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    start..end
}

/// A range that lies inside the text and on character borders, and stays on its first line:
/// an excerpt of a whole mapping says less than its first line.
fn clamp(span: Span, text: &str) -> std::ops::Range<usize> {
    let start = border(text, (span.start as usize).min(text.len()));
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    start..border(text, (span.end as usize).clamp(start, line_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let mut sources = Sources::default();
        let id = sources.add("a", "é: 1\nbé: x\n");
        let at = sources.0[0].text.find('x').unwrap() as u32;
        assert_eq!(sources.position(Span { source: id, start: at, end: at + 1 }), Some((2, 5)));
    }

    #[test]
    fn many_problems_of_one_long_line_are_shown_in_part() {
        let mut sources = Sources::default();
        let source = sources.add("a", format!("x\né{}b{}\n", "-".repeat(9_000), "-".repeat(9_000)));
        let span = Span { source, start: 9_004, end: 9_005 };
        let problem = Diagnostic::error("flaw", "bad").at(span);
        let whole = render(std::slice::from_ref(&problem), &sources, false);
        let parts = render(&vec![problem; 1_000], &sources, false);
        for said in [&whole, &parts] {
            assert!(said.contains("--> a:2:9002") && said.contains("-b-") && said.lines().all(|it| it.len() < 400));
        }
    }

    #[test]
    fn suggestions_are_near_or_absent() {
        assert_eq!(did_you_mean("replica", ["replicas", "image"]), Some("replicas"));
        assert_eq!(did_you_mean("zzz", ["replicas", "image"]), None);
        assert_eq!(did_you_mean("get", ["POST", "GET"]), Some("GET"));
        assert_eq!(did_you_mean("mem", ["cpu", "memory_limit", "memory"]), Some("memory"));
    }

    #[test]
    fn hostile_words_stay_on_their_line() {
        assert_eq!(quoted("a\nb\u{1b}[31m"), "`a\\nb\\u{1b}[31m`");
    }
}
