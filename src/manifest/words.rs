//! Configurations of lines of words: haproxy's in sections, Redis' without.

use std::sync::Arc;

use crate::diagnostic::{SourceId, Span};

/// A word and its place. Quotes around it are gone.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A line that says something.
#[derive(Debug, Clone)]
pub struct Line {
    /// At least one.
    pub words: Vec<Word>,
    /// Where a quote is that nothing in the line closes.
    pub unclosed: Option<Span>,
}

impl Line {
    /// The words behind a beginning of words with blanks between; `None` for other lines.
    pub fn after<'l>(&'l self, beginning: &str) -> Option<&'l [Word]> {
        let mut rest = self.words.as_slice();
        // Most lines are told apart by this alone.
        if !rest.first().is_some_and(|first| beginning.starts_with(first.text.as_str())) {
            return None;
        }
        for wanted in beginning.split(' ') {
            let (first, others) = rest.split_first()?;
            if first.text != wanted {
                return None;
            }
            rest = others;
        }
        Some(rest)
    }

    /// Whether one of the words is this one.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|it| it.text == word)
    }

    /// The word behind a word.
    pub fn value(&self, key: &str) -> Option<&Word> {
        let at = self.words.iter().position(|it| it.text == key)?;
        self.words.get(at + 1)
    }

    /// Where it begins.
    pub fn span(&self) -> Span {
        self.words.first().map_or(Span::DEFAULT, |word| word.span)
    }

    /// All words with blanks between.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A piece of a text that is a configuration.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The piece.
    pub text: &'a str,
    /// The text that it is of.
    pub source: SourceId,
    /// Where it begins there.
    pub start: usize,
}

impl Piece<'_> {
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let at = |offset: usize| u32::try_from(self.start + offset).unwrap_or(u32::MAX);
        Span { source: self.source, start: at(from), end: at(to) }
    }
}

/// The lines of a piece. Comments begin with `#`; a backslash takes the meaning from the sign behind it.
pub(super) fn lines(piece: Piece<'_>) -> Vec<Line> {
    lines_with(piece, true)
}

/// The same; `anywhere`: whether a comment may begin behind words.
fn lines_with(piece: Piece<'_>, anywhere: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for text in piece.text.split_inclusive('\n') {
        let (words, unclosed) = words(&piece, text, start, anywhere);
        if !words.is_empty() {
            lines.push(Line { words, unclosed });
        }
        start += text.len();
    }
    lines
}

fn words(piece: &Piece<'_>, text: &str, start: usize, anywhere: bool) -> (Vec<Word>, Option<Span>) {
    let mut words = Vec::new();
    let mut word: Option<(usize, String)> = None;
    let mut quote: Option<(char, usize)> = None;
    // Not even a quote that nothing closes goes beyond the line.
    let text = text.trim_end();
    let mut signs = text.char_indices();
    while let Some((at, c)) = signs.next() {
        match (c, quote) {
            ('\\', None | Some(('"', _))) => {
                let (_, escaped) = signs.next().unwrap_or((at, ' '));
                let text = &mut word.get_or_insert((at, String::new())).1;
                // What it stands for matters to nobody here but that it is no end of a word.
                text.push('\\');
                text.push(escaped);
            }
            (c, Some((open, _))) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some((c, at));
                word.get_or_insert((at, String::new()));
            }
            ('#', None) if anywhere || words.is_empty() && word.is_none() => break,
            (c, None) if c.is_whitespace() => words.extend(word.take().map(|word| ended(piece, start, word, at))),
            (c, _) => word.get_or_insert((at, String::new())).1.push(c),
        }
    }
    words.extend(word.map(|word| ended(piece, start, word, text.len())));
    (words, quote.map(|(_, at)| piece.span(start + at, start + at + 1)))
}

fn ended(piece: &Piece<'_>, start: usize, (from, text): (usize, String), to: usize) -> Word {
    Word { text, span: piece.span(start + from, start + to.max(from)) }
}

/// A part of haproxy's configuration.
#[derive(Debug, Clone)]
pub struct Section {
    /// `global`, `defaults`, `frontend`, `backend`, `listen`, ...
    pub kind: Word,
    /// Its name, or nothing.
    pub name: String,
    /// What it says.
    pub lines: Vec<Line>,
    /// The `defaults` that it names, where it names some.
    pub from: Option<Word>,
    /// What the `defaults` before it say, those that it names alone if it names some.
    pub defaults: Arc<Vec<Line>>,
}

impl Section {
    /// The words behind a beginning: of its own lines, or else of its defaults'.
    pub fn setting<'s>(&'s self, beginning: &str) -> Option<(&'s Line, &'s [Word])> {
        let find = |lines: &'s [Line]| lines.iter().rev().find_map(|line| Some((line, line.after(beginning)?)));
        find(&self.lines).or_else(|| find(self.defaults.as_slice()))
    }

    /// Its own lines that begin so.
    pub fn all<'s>(&'s self, beginning: &'s str) -> impl Iterator<Item = &'s Line> {
        self.lines.iter().filter(move |line| line.after(beginning).is_some())
    }

    /// Whether it speaks HTTP.
    pub fn is_http(&self) -> bool {
        self.setting("mode").is_some_and(|(_, rest)| rest.first().is_some_and(|word| word.text == "http"))
    }

    /// Whether it has servers.
    pub fn has_servers(&self) -> bool {
        matches!(self.kind.text.as_str(), "backend" | "listen") && self.all("server").next().is_some()
    }
}

/// Words that begin a section.
const SECTIONS: &[&str] = &[
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "userlist",
    "mailers",
    "cache",
    "program",
    "http-errors",
    "ring",
    "log-forward",
    "fcgi-app",
    "crt-store",
    "traces",
    "log-profile",
    "acme",
];

/// haproxy's configuration.
#[derive(Debug, Clone)]
pub struct Haproxy {
    /// In the order of the text.
    pub sections: Vec<Section>,
}

impl Haproxy {
    /// Takes lines apart.
    pub fn new(piece: Piece<'_>) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        // All sections after them share one copy: there may be many of both.
        let mut defaults: Vec<(String, Arc<Vec<Line>>)> = Vec::new();
        for line in lines(piece) {
            let first = &line.words[0];
            if SECTIONS.contains(&first.text.as_str()) {
                let name = line.words.get(1).map_or(String::new(), |word| word.text.clone());
                let from = line.value("from").cloned();
                let named = |it: &&(String, Arc<Vec<Line>>)| from.as_ref().is_none_or(|from| from.text == it.0);
                let inherited = defaults.iter().rev().find(named).map(|(_, lines)| lines.clone()).unwrap_or_default();
                if first.text == "defaults" {
                    // One that is from another begins with what that says.
                    let own = if from.is_some() { inherited.clone() } else { Arc::default() };
                    defaults.push((name.clone(), own));
                }
                sections.push(Section { kind: first.clone(), name, lines: Vec::new(), from, defaults: inherited });
            } else if let Some(section) = sections.last_mut() {
                if section.kind.text == "defaults"
                    && let Some((_, lines)) = defaults.last_mut()
                {
                    Arc::make_mut(lines).push(line.clone());
                }
                section.lines.push(line);
            }
        }
        Self { sections }
    }

    /// Whether it begins as one does, whatever comes then.
    pub fn begins(text: &str) -> bool {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.next().and_then(|line| line.split_whitespace().next()).is_some_and(|word| SECTIONS.contains(&word))
    }

    /// Whether some of its lines count under a condition alone: `.if`.
    pub fn is_conditional(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.lines).any(|line| line.words[0].text == ".if")
    }

    /// Whether a text is one: it has sections of balancers.
    pub fn is(text: &str) -> bool {
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        let mut firsts = text.lines().filter_map(first);
        let sections = firsts.by_ref().filter(|word| SECTIONS.contains(&word.as_str())).take(3).count();
        let balances =
            text.lines().filter_map(first).any(|word| matches!(word.as_str(), "frontend" | "backend" | "listen"));
        sections > 0 && balances && !text.trim_start().starts_with('{')
    }
}

/// Redis' configuration, or a sentinel's.
#[derive(Debug, Clone)]
pub struct Redis {
    /// What it says.
    pub lines: Vec<Line>,
    /// Whether it is a sentinel's.
    pub sentinel: bool,
    /// Whether it says everything: nothing is included, and nothing stands in another file.
    pub whole: bool,
}

impl Redis {
    /// Takes lines apart.
    pub fn new(piece: Piece<'_>) -> Self {
        // Redis takes what stands behind a `#` amid a line as it takes the rest.
        let mut lines = lines_with(piece, false);
        // It reads its own words in capitals too, as sentinels write them.
        for line in &mut lines {
            let own = if line.words[0].text.eq_ignore_ascii_case("sentinel") { 2 } else { 1 };
            line.words.iter_mut().take(own).for_each(|word| word.text.make_ascii_lowercase());
        }
        let sentinel = lines.iter().any(|line| line.after("sentinel").is_some());
        let whole = !lines.iter().any(|line| line.after("include").is_some());
        Self { lines, sentinel, whole }
    }

    /// Whether a text is one, whatever it is called: some of its lines say what is said nowhere else.
    pub fn is(text: &str) -> bool {
        const OWN: &[&str] = &[
            "appendonly",
            "appendfsync",
            "maxmemory",
            "maxmemory-policy",
            "requirepass",
            "masterauth",
            "protected-mode",
            "replicaof",
            "slaveof",
            "min-replicas-to-write",
            "replica-read-only",
            "rename-command",
            "tcp-keepalive",
            "dbfilename",
            "aclfile",
        ];
        let mut lines = text.lines().map(str::trim);
        let own = |line: &str| line.split_whitespace().next().is_some_and(|word| OWN.contains(&word));
        lines.clone().filter(|line| own(line)).count() > 1 && !lines.any(|line| line.ends_with(['{', ';', '}']))
    }

    /// Of a script that writes a configuration: what begins as the lines of one do.
    pub(super) fn of_script(piece: Piece<'_>) -> Option<Self> {
        const BEGIN: &[&str] = &["sentinel", "min-replicas-to-write", "min-replicas-max-lag"];
        let own = |line: &Line| BEGIN.contains(&line.words[0].text.as_str());
        let lines: Vec<Line> = lines(piece).into_iter().filter(own).collect();
        let watches = lines.iter().any(|line| line.after("sentinel monitor").is_some());
        watches.then_some(Self { lines, sentinel: true, whole: false })
    }

    /// Of the words behind the program's name: a file, and `--name value`.
    pub fn of_command(words: &[Word]) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let (mut sentinel, mut whole) = (false, true);
        for (at, word) in words.iter().enumerate() {
            let alone = words.get(at + 1).is_none_or(|next| next.text.starts_with("--"));
            match (word.text.strip_prefix("--"), lines.last_mut()) {
                (Some("sentinel"), _) if alone => sentinel = true,
                (Some(name), _) if !name.is_empty() => {
                    let words = vec![Word { text: name.to_owned(), span: word.span }];
                    lines.push(Line { words, unclosed: None });
                }
                (_, Some(line)) => line.words.push(word.clone()),
                // A file, whose lines are not seen here.
                (_, None) => whole = false,
            }
        }
        sentinel |= lines.iter().any(|line| line.after("sentinel").is_some());
        Self { lines, sentinel, whole }
    }

    /// The first word of a setting.
    pub fn value(&self, key: &str) -> Option<&Word> {
        self.setting(key).and_then(|(_, rest)| rest.first())
    }

    /// The words behind a beginning, of the last line that has it.
    pub fn setting(&self, beginning: &str) -> Option<(&Line, &[Word])> {
        self.lines.iter().rev().find_map(|line| Some((line, line.after(beginning)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    #[test]
    fn words_end_where_haproxy_ends_them() {
        let text = "a \"b c\" d\\ e # f\n\n  'g #h' i\"j\"k\n";
        let source = Sources::default().add("x", text);
        let lines = lines(Piece { text, source, start: 100 });
        let all: Vec<Vec<&str>> =
            lines.iter().map(|line| line.words.iter().map(|word| word.text.as_str()).collect()).collect();
        assert_eq!(all, [vec!["a", "b c", "d\\ e"], vec!["g #h", "ijk"]]);
        assert_eq!((lines[0].words[1].span.start, lines[0].words[1].span.end), (102, 107));
    }

    #[test]
    fn sections_have_the_defaults_before_them() {
        let text =
            "defaults a\n mode http\ndefaults b\n mode tcp\nbackend x\n server s 1\nbackend y from a\n mode tcp\n";
        let source = Sources::default().add("x", text);
        let config = Haproxy::new(Piece { text, source, start: 0 });
        let mode = |at: usize| config.sections[at].setting("mode").unwrap().1[0].text.clone();
        assert_eq!((mode(2), mode(3)), ("tcp".to_owned(), "tcp".to_owned()));
        assert!(Haproxy::is(text) && !Haproxy::is("global: 1\n") && config.sections[2].has_servers());
    }
}
