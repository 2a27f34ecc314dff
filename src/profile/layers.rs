//! From names and files to one merged tree: `extends`, then `-f` files, then `--set`, the last one wins.

use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Diagnostic, Sources, Span, did_you_mean, quoted};
use crate::yaml::{self, Limits, Node, Value};

use super::builtin::BUILTINS;
use super::merge::{Overlay, merge};
use super::{Read, Request, set};

/// A profile is some hundred lines; these bounds are far above and stop bombs early.
const LIMITS: Limits = Limits { nodes: 50_000, depth: 32 };

/// How many profiles may extend one another.
const LONGEST_CHAIN: usize = 16;

/// What to write where a profile is expected, and where an overlay is.
const PROFILE_FORM: &str = "start with `extends: multi-node`, or copy one from `a8ctl profile show NAME`";
const OVERLAY_FORM: &str = "write the keys to change, such as `placement: { nodes: 3 }`, or leave the file out";

/// The merged tree, still with every value's place.
pub(super) struct Merged {
    pub(super) name: String,
    pub(super) summary: Option<String>,
    pub(super) root: Node,
}

/// The text of a first-line comment.
pub(super) fn summary(text: &str) -> Option<&str> {
    let line = text.lines().next()?.strip_prefix('#')?.trim();
    // It is repeated in the comments of every artifact: nothing in it may end a line there.
    (!line.is_empty() && crate::grammar::env_text(line).is_ok()).then_some(line)
}

/// Where a profile's text is.
#[derive(Clone)]
enum Origin {
    Builtin(&'static str),
    File(PathBuf),
}

/// Reads and merges everything a request names.
pub(super) fn load(
    request: &Request<'_>,
    read: Read<'_>,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Option<Merged> {
    let origin = origin(request.profile, None, None, problems)?;
    let name = match &origin {
        Origin::Builtin(name) => (*name).to_owned(),
        Origin::File(path) => {
            let stem = path.file_stem().map_or_else(|| "profile".into(), |stem| stem.to_string_lossy());
            // It stands in the comments of every artifact, and a file may be called anything.
            stem.chars().map(|c| if crate::grammar::is_hidden(c) { '?' } else { c }).collect()
        }
    };
    let mut loader = Loader { read, sources, problems, chain: Vec::new() };
    let (mut root, summary) = loader.profile(origin, None)?;
    for path in request.overlays {
        let Some(text) = loader.text(&Origin::File(path.clone()), None) else { continue };
        if let Some(mut overlay) = loader.tree(&label(&Origin::File(path.clone())), &text, OVERLAY_FORM) {
            if let Some(extends) = take_extends(&mut overlay) {
                loader.problems.push(
                    Diagnostic::error(
                        "overlay-extends",
                        "a file given with `-f` lies over the profile and extends nothing",
                    )
                    .at(extends.span)
                    .help("remove `extends`, or give the file as the PROFILE"),
                );
            }
            merge(&mut root, overlay, Overlay::File, loader.problems);
        }
    }
    for argument in request.sets {
        if let Some(overlay) = set::parse(argument, loader.sources, LIMITS, loader.problems) {
            merge(&mut root, overlay, Overlay::Set, loader.problems);
        }
    }
    Some(Merged { name, summary, root })
}

/// A built-in's name, or a path: it has a separator or an ending.
fn origin(word: &str, beside: Option<&Path>, span: Option<Span>, problems: &mut Vec<Diagnostic>) -> Option<Origin> {
    if word.contains('/') || word.contains('\\') || word.contains('.') {
        let path = PathBuf::from(word);
        let directory = beside.and_then(Path::parent);
        return Some(Origin::File(directory.map_or(path, |directory| directory.join(word))));
    }
    if let Some(builtin) = BUILTINS.iter().find(|builtin| builtin.name == word) {
        return Some(Origin::Builtin(builtin.name));
    }
    let known = BUILTINS.iter().map(|builtin| builtin.name);
    let all = known.clone().collect::<Vec<_>>().join("`, `");
    let near = did_you_mean(word, known).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let mut problem = Diagnostic::error("unknown-profile", format!("no built-in profile is called {}", quoted(word)))
        .help(format!(
            "{near}Built in: `{all}`. A file is named by its path, such as `./{}.yaml`",
            word.chars().take(40).collect::<String>()
        ));
    problem.span = span;
    problems.push(problem);
    None
}

struct Loader<'a> {
    read: Read<'a>,
    sources: &'a mut Sources,
    problems: &'a mut Vec<Diagnostic>,
    chain: Vec<Origin>,
}

impl Loader<'_> {
    /// A profile with all that it extends below it.
    fn profile(&mut self, origin: Origin, wanted: Option<Span>) -> Option<(Node, Option<String>)> {
        if self.chain.iter().any(|above| label(above) == label(&origin)) || self.chain.len() >= LONGEST_CHAIN {
            let mut chain: Vec<String> = self.chain.iter().map(label).collect();
            chain.push(label(&origin));
            let mut problem = Diagnostic::error(
                "cyclic-extends",
                format!("profiles extend one another without end: {}", chain.join(" -> ")),
            )
            .help("remove one `extends` of the circle");
            problem.span = wanted;
            self.problems.push(problem);
            return None;
        }
        let text = self.text(&origin, wanted)?;
        let mut tree = self.tree(&source_name(&origin), &text, PROFILE_FORM)?;
        let summary = summary(&text).map(str::to_owned);
        let Some(extends) = take_extends(&mut tree) else { return Some((tree, summary)) };
        let word = match &extends.node.value {
            Value::Scalar(word, _) if !extends.node.is_null() => word,
            _ => {
                self.problems.push(
                    Diagnostic::error(
                        "wrong-type",
                        format!("expected the name or path of one profile, found {}", extends.node.kind()),
                    )
                    .at(extends.node.span)
                    .help("write `extends: NAME` or `extends: ./FILE.yaml`"),
                );
                return None;
            }
        };
        let beside = match &origin {
            Origin::File(path) => Some(path.clone()),
            Origin::Builtin(_) => None,
        };
        let below = self::origin(word, beside.as_deref(), Some(extends.node.span), self.problems)?;
        self.chain.push(origin);
        let (mut base, _) = self.profile(below, Some(extends.node.span))?;
        self.chain.pop();
        merge(&mut base, tree, Overlay::File, self.problems);
        Some((base, summary))
    }

    fn text(&mut self, origin: &Origin, wanted: Option<Span>) -> Option<String> {
        let bytes = match origin {
            Origin::Builtin(name) => {
                return BUILTINS.iter().find(|builtin| builtin.name == *name).map(|builtin| builtin.text.to_owned());
            }
            Origin::File(path) => (self.read)(path),
        };
        let name = label(origin);
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(why) => {
                let mut problem = Diagnostic::error("unreadable", format!("cannot read {}: {why}", quoted(&name)));
                problem.help =
                    Some("name a file that can be read, or a built-in profile (`a8ctl profile list`)".to_owned());
                problem.span = wanted;
                self.problems.push(problem);
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let bad = bytes[valid];
                // Up to the bad byte the text is fine: enough to show the line it stands in.
                let text: String = String::from_utf8_lossy(&bytes[..(valid + 1).min(bytes.len())]).into_owned();
                let source = self.sources.add(name, text);
                let at = u32::try_from(valid).unwrap_or(u32::MAX);
                self.problems.push(
                    Diagnostic::error("not-utf8", format!("the byte 0x{bad:02x} is not UTF-8"))
                        .at(Span { source, start: at, end: at + 1 })
                        .help("save the file as UTF-8"),
                );
                None
            }
        }
    }

    fn tree(&mut self, name: &str, text: &str, form: &str) -> Option<Node> {
        let source = self.sources.add(name, text);
        let before = self.problems.len();
        let tree = yaml::read(text, source, LIMITS, self.problems);
        match tree {
            Some(Node { value: Value::Map(_), .. }) => tree,
            _ if self.problems.len() > before => None,
            other => {
                let found = other.as_ref().filter(|node| !node.is_null()).map_or("nothing", Node::kind);
                let span = other.as_ref().map_or(Span { source, start: 0, end: 0 }, |node| node.span);
                self.problems.push(
                    Diagnostic::error(
                        "not-a-profile",
                        format!("a profile is a mapping of keys to values; here stands {found}"),
                    )
                    .at(span)
                    .help(form),
                );
                None
            }
        }
    }
}

fn take_extends(tree: &mut Node) -> Option<Extends> {
    let Value::Map(entries) = &mut tree.value else { return None };
    let at = entries.iter().position(|entry| entry.key == "extends")?;
    let entry = entries.remove(at);
    Some(Extends { span: entry.key_span, node: entry.node })
}

struct Extends {
    span: Span,
    node: Node,
}

fn label(origin: &Origin) -> String {
    match origin {
        Origin::Builtin(name) => (*name).to_owned(),
        Origin::File(path) => tidy(path).display().to_string(),
    }
}

/// A path as people write it: `parts/../a.yaml` is `a.yaml`. Files are read by the path as it is.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn source_name(origin: &Origin) -> String {
    match origin {
        Origin::Builtin(name) => format!("profiles/{name}.yaml"),
        Origin::File(path) => tidy(path).display().to_string(),
    }
}
