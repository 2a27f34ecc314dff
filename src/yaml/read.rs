//! Text to a located tree. Nothing is interpreted: a scalar keeps its text and its style, and
//! whoever reads it decides what it may mean.

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as Marks, Tag};
use smol_str::SmolStr;

use super::apostrophes;
use super::keys::Keys;
use crate::diagnostic::{Diagnostic, SourceId, Span, quoted};

/// One node of a document.
#[derive(Debug, Clone)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where.
    pub span: Span,
}

/// The three shapes of a node.
#[derive(Debug, Clone)]
pub enum Value {
    /// A scalar: its text, and how it was written.
    Scalar(SmolStr, Style),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping in the order of the text; keys are unique.
    Map(Vec<Entry>),
}

/// How a scalar was written. Only a plain one may be a number, a boolean or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bare.
    Plain,
    /// Quoted, or a block scalar.
    Quoted,
}

/// One line of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text.
    pub key: SmolStr,
    /// The key's place.
    pub key_span: Span,
    /// Its value.
    pub node: Node,
}

impl Value {
    /// A plain scalar.
    pub fn plain(text: impl Into<SmolStr>) -> Self {
        Self::Scalar(text.into(), Style::Plain)
    }
}

impl Entry {
    /// An entry that nobody wrote.
    pub fn default(key: &str, value: Value) -> Self {
        Self { key: key.into(), key_span: Span::DEFAULT, node: Node { value, span: Span::DEFAULT } }
    }
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// The keys of a mapping in the order of the text; nothing for other nodes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = if let Value::Map(entries) = &self.value { entries.as_slice() } else { &[] };
        entries.iter().map(|entry| entry.key.as_str())
    }

    /// Whether it is YAML's null: an empty value, `~` or `null`, unquoted.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(text, Style::Plain) if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// How many values it is made of, itself included.
    pub fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(..) => 0,
            Value::Seq(items) => items.iter().map(Self::size).sum::<usize>(),
            Value::Map(entries) => entries.iter().map(|entry| entry.node.size()).sum(),
        }
    }

    /// What a reader of YAML 1.2 would call it.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Map(_) => "a mapping",
            Value::Seq(_) => "a list",
            Value::Scalar(..) if self.is_null() => "nothing",
            Value::Scalar(_, Style::Quoted) => "a string",
            Value::Scalar(text, Style::Plain) => match text.as_str() {
                "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => "a boolean",
                text if text.parse::<i64>().is_ok() => "an integer",
                text if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
                    && text.parse::<f64>().is_ok() =>
                {
                    "a number"
                }
                _ => "a string",
            },
        }
    }
}

/// What a text may cost before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Nodes, those that aliases repeat included.
    pub nodes: usize,
    /// Levels of nesting.
    pub depth: usize,
}

/// Values that aliases may repeat in the smallest text, far above what anybody writes once for many places.
const REPEATED: usize = 50_000;

/// Tags that YAML itself has.
const OWN_TAGS: &[&str] = &["str", "binary", "int", "float", "bool", "null", "map", "seq"];

/// What a text may hold besides one plain document.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// What it may cost.
    pub limits: Limits,
    /// Several documents, with `---` between them.
    pub several: bool,
    /// Merge keys: `<<: *anchor` stands for the keys of a mapping.
    pub merges: bool,
    /// Words that end an error: what kind of text has no use for so much.
    pub of: &'static str,
}

/// The document of a text, with every problem found. `None` when there is no tree to go on with.
pub fn read(text: &str, source: SourceId, limits: Limits, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let form = Form { limits, several: false, merges: false, of: "profile" };
    documents(text, source, form, problems)?.into_iter().next()
}

/// The documents of a text, with every problem found; those that say nothing are left out. `None` when there is no tree
/// to go on with.
pub fn documents(text: &str, source: SourceId, form: Form, problems: &mut Vec<Diagnostic>) -> Option<Vec<Node>> {
    let mended = if form.several && text.contains("\\'") { apostrophes::mended(text) } else { None };
    let text = mended.as_deref().unwrap_or(text);
    let limits = form.limits;
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    let mut builder = Builder { source, form, problems, nodes: 0, anchors: Vec::new(), text_len: text.len() };
    let mut open: Vec<Open> = Vec::new();
    let mut roots: Vec<Node> = Vec::new();
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, marks) = match next {
            Ok(next) => next,
            Err(error) => {
                builder.syntax_error(text, &error);
                return None;
            }
        };
        let span = builder.span(&marks);
        let done = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let text = builder.tag(tag.as_deref(), span);
                let style = if style == ScalarStyle::Plain && !text { Style::Plain } else { Style::Quoted };
                // The parser says `~` for a value that nobody wrote; whoever reads the tree must see the difference.
                let absent = style == Style::Plain && span.start == span.end;
                let text = if absent { SmolStr::default() } else { SmolStr::new(&value) };
                Some((Node { value: Value::Scalar(text, style), span }, anchor))
            }
            Event::Alias(anchor) => Some((builder.alias(anchor, span)?, 0)),
            Event::UnresolvedAlias(name) => {
                builder.problem(
                    Diagnostic::error(
                        "unknown-anchor",
                        format!("no anchor {} stands before this alias", quoted(&name)),
                    )
                    .at(span)
                    .help(QUOTE),
                );
                return None;
            }
            Event::SequenceStart(_, anchor, tag) => {
                builder.tag(tag.as_deref(), span);
                open.push(Open {
                    node: Node { value: Value::Seq(Vec::new()), span },
                    anchor,
                    key: None,
                    keys: Keys::default(),
                });
                None
            }
            Event::MappingStart(_, anchor, tag) => {
                builder.tag(tag.as_deref(), span);
                open.push(Open {
                    node: Node { value: Value::Map(Vec::new()), span },
                    anchor,
                    key: None,
                    keys: Keys::default(),
                });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|mut open| {
                // One in brackets reaches to its closing bracket; one of lines has no such end.
                if open.node.span.start < open.node.span.end {
                    open.node.span.end = span.end;
                }
                (open.node, open.anchor)
            }),
            Event::DocumentStart(..) => {
                builder.anchors.clear();
                if form.several || roots.is_empty() {
                    continue;
                }
                builder.problem(
                    Diagnostic::error("several-documents", "a second document starts here")
                        .at(span)
                        .help("one file holds one document: move what follows `---` to a file of its own"),
                );
                break;
            }
            _ => None,
        };
        if open.len() > limits.depth {
            builder.problem(
                Diagnostic::error("too-deep", format!("nested more than {} levels deep", limits.depth))
                    .at(span)
                    .help(format!("no key of a {} stands so deep: look for brackets that are never closed", form.of)),
            );
            return None;
        }
        if let Some((node, anchor)) = done {
            builder.count(1, span)?;
            if anchor != 0 {
                builder.anchors.push((anchor, node.clone()));
            }
            match open.last_mut() {
                None => roots.push(node),
                Some(parent) => builder.attach(parent, node),
            }
        }
    }
    if form.several {
        roots.retain(|root| !root.is_null());
    }
    Some(roots)
}

/// A collection whose end has not been read.
struct Open {
    node: Node,
    anchor: usize,
    key: Option<Node>,
    keys: Keys,
}

struct Builder<'a> {
    source: SourceId,
    form: Form,
    problems: &'a mut Vec<Diagnostic>,
    nodes: usize,
    anchors: Vec<(usize, Node)>,
    text_len: usize,
}

impl Builder<'_> {
    fn problem(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    fn span(&self, marks: &Marks) -> Span {
        let range = marks.byte_range().unwrap_or(0..0);
        self.range(range.start, range.end)
    }

    fn range(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at.min(self.text_len)).unwrap_or(u32::MAX);
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Option<()> {
        self.nodes += nodes;
        // What a text holds itself grows with it; what its aliases repeat need not.
        let limit = self.form.limits.nodes.min(self.text_len + REPEATED);
        if self.nodes > limit {
            self.problem(
                Diagnostic::error("too-large", format!("more than {limit} values, those that aliases repeat included"))
                    .at(span)
                    .help(format!("no {} is as large: look for aliases of aliases", self.form.of)),
            );
            return None;
        }
        Some(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Option<Node> {
        // An anchor inside its own collection is not recorded yet, so a cycle ends here too.
        let Some((_, node)) = self.anchors.iter().rev().find(|(id, _)| *id == anchor) else {
            self.problem(
                Diagnostic::error("unknown-anchor", "this alias stands inside its own anchor")
                    .at(span)
                    .help("nothing can contain itself: write out what belongs here"),
            );
            return None;
        };
        let node = node.clone();
        self.count(node.size(), span)?;
        Some(node)
    }

    /// Whether a tag makes a string of a value. In manifests of others the tags of YAML itself may stand.
    fn tag(&mut self, tag: Option<&Tag>, span: Span) -> bool {
        let Some(tag) = tag else { return false };
        let word = tag.original();
        // What Compose takes away from the file below, or puts in its place.
        if self.form.several && matches!(word.as_ref(), "!reset" | "!override") {
            return false;
        }
        let own = word.strip_prefix("!!").or_else(|| word.strip_prefix("tag:yaml.org,2002:"));
        if let Some(own) = own.filter(|own| self.form.several && OWN_TAGS.contains(own)) {
            return matches!(own, "str" | "binary");
        }
        self.problem(
            Diagnostic::error("tag", format!("the YAML tag {} has no meaning here", quoted(&word)))
                .at(span)
                .help("remove the tag; quote the value if it must be a string"),
        );
        false
    }

    fn attach(&mut self, parent: &mut Open, node: Node) {
        match (&mut parent.node.value, parent.key.take()) {
            (Value::Seq(items), _) => items.push(node),
            (Value::Map(_), None) => parent.key = Some(node),
            (Value::Map(entries), Some(key)) => self.entry(entries, &mut parent.keys, key, node),
            (Value::Scalar(..), _) => {}
        }
    }

    fn entry(&mut self, entries: &mut Vec<Entry>, keys: &mut Keys, key: Node, node: Node) {
        let key_span = key.span;
        let Value::Scalar(text, style) = key.value else {
            self.problem(
                Diagnostic::error("bad-key", "a key must be a word, not a list or mapping")
                    .at(key_span)
                    .help("write `word: value`; to nest, put the inner keys on lines of their own, indented"),
            );
            return;
        };
        if text == "<<" && style == Style::Plain {
            if self.form.merges {
                return self.merge(entries, keys, node);
            }
            self.problem(
                Diagnostic::error("merge-key", "YAML merge keys are not read")
                    .at(key_span)
                    .help("repeat the keys, or put the common part into a profile of its own and `extends` it"),
            );
            return;
        }
        let entry = Entry { key: text, key_span, node };
        match keys.find(entries, &entry.key) {
            None => keys.push(entries, entry),
            Some(at) if keys.merged.contains(&at) => {
                keys.merged.retain(|merged| *merged != at);
                entries[at] = entry;
            }
            Some(at) => {
                let what = format!("the key {} stands twice in one mapping", quoted(&entry.key));
                let problem = Diagnostic::error("duplicate-key", what).at(key_span);
                self.problem(problem.with(entries[at].key_span, "first here").help("remove one of the two"));
            }
        }
    }

    /// The keys of a mapping, or of each of a list of mappings, where the mapping has none of its own.
    fn merge(&mut self, entries: &mut Vec<Entry>, keys: &mut Keys, node: Node) {
        let span = node.span;
        let nodes = if let Value::Seq(nodes) = node.value { nodes } else { vec![node] };
        for node in nodes {
            let Value::Map(merged) = node.value else {
                let what = format!("what is merged is {}, not a mapping", node.kind());
                self.problem(Diagnostic::error("merge-key", what).at(span).help("write `<<: *anchor` of a mapping"));
                continue;
            };
            for entry in merged {
                if keys.find(entries, &entry.key).is_none() {
                    keys.push(entries, entry);
                    keys.merged.push(entries.len() - 1);
                }
            }
        }
    }

    fn syntax_error(&mut self, text: &str, error: &granit_parser::ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0);
        let line_start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = text.get(line_start..).unwrap_or("");
        let indent: &str = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
        let info = error.info();
        let help = if indent.contains('\t') { "YAML is indented with spaces: replace the tab" } else { mend(&info) };
        self.problem(Diagnostic::error("yaml-syntax", info).at(self.range(at, at + 1)).help(help));
    }
}

/// What a value must do that begins with a sign of YAML.
const QUOTE: &str = "quote a value that starts with one of `&*!|>%@{[` or holds `: ` or ` #`";

/// What usually is behind an error of the parser, which names what it missed and not what was meant.
fn mend(info: &str) -> &'static str {
    const MENDS: &[(&str, &str)] = &[
        ("expected ':'", "write `key: value`, or `key:` and its values on the next lines, indented"),
        ("expected ',' or '}'", "close the `{` before it, or put a `,` between two entries"),
        ("expected ',' or ']'", "close the `[` before it, or put a `,` between two items"),
        ("bracket '['", "close it with `]`"),
        ("bracket '{'", "close it with `}`"),
        ("quoted scalar", "close the quote that is opened before it"),
        ("expected key", "start every key of one mapping in the same column, with one value behind each"),
        ("block mapping", "start every key of one mapping in the same column"),
        ("unexpected character: `\\u", "remove the character: no editor shows it"),
        ("recursion limit", "no key of a profile stands so deep: look for brackets that are never closed"),
    ];
    MENDS.iter().find(|(part, _)| info.contains(part)).map_or(QUOTE, |(_, mend)| mend)
}
