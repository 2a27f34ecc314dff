//! The patches of a kustomization: where they stand, and which objects they mean.

use std::borrow::Cow;

use super::build::{Part, Reader};
use super::merge::{directive, merge, operate};
use super::{Kustomization, PATCH_WITHOUT_TARGET};
use crate::diagnostic::{Diagnostic, SourceId, Span, quoted};
use crate::manifest::{FORM, View};
use crate::yaml::{self, Entry, Node, Value};

/// Groups whose lists are merged by names, besides those that end in `.k8s.io`.
const KEYED: &[&str] = &["", "apps", "batch", "autoscaling", "policy", "extensions"];

/// One patch: trees to lay over objects, or lists of operations.
struct Patch<'d> {
    trees: Vec<Cow<'d, Node>>,
    target: View<'d>,
    span: Span,
}

/// Applies every patch of a kustomization to its objects, and says which mean none.
pub(super) fn all<'d>(
    kustomization: &Kustomization<'d>,
    reader: &mut Reader<'d>,
    parts: &mut Vec<Part>,
    complete: bool,
    problems: &mut Vec<Diagnostic>,
    opaque: &mut Vec<Span>,
) {
    for patch in patches(kustomization, reader, problems, opaque) {
        for tree in &patch.trees {
            let before = problems.len();
            let found = apply(tree, patch.target, parts, problems);
            // Of objects that are somebody else's nothing is known.
            if found == 0 && complete && problems.len() == before {
                let name = meant(tree, patch.target);
                problems.push(
                    Diagnostic::error(PATCH_WITHOUT_TARGET, format!("no object of this kustomization is {name}"))
                        .at(patch.span)
                        .help("name an object that its `resources` hold by kind and name, or remove the patch"),
                );
            }
        }
    }
}

/// What a patch is for, in words.
fn meant(tree: &Node, target: View<'_>) -> String {
    let view = if target.exists() { target } else { View::of(tree) };
    let of = |path: &str| view.at(path).word().unwrap_or_default();
    let name = if target.exists() { of("name") } else { of("metadata.name") };
    match (of("kind"), name) {
        ("", "") => "what this patch is for".to_owned(),
        (kind, "") => quoted(kind),
        ("", name) => quoted(name),
        (kind, name) => quoted(&format!("{kind}/{name}")),
    }
}

fn patches<'d>(
    kustomization: &Kustomization<'d>,
    reader: &mut Reader<'d>,
    problems: &mut Vec<Diagnostic>,
    opaque: &mut Vec<Span>,
) -> Vec<Patch<'d>> {
    let mut found = Vec::new();
    let mut add = |place: View<'d>, text: bool, target: View<'d>| {
        let trees = if text {
            inline(place, reader.text(place.span().source), problems, opaque).into_iter().map(Cow::Owned).collect()
        } else {
            reader.trees(kustomization, place, problems).into_iter().map(Cow::Borrowed).collect()
        };
        found.push(Patch { trees, target, span: place.span() });
    };
    for item in kustomization.view.key("patchesStrategicMerge").items() {
        add(item, item.word().is_some_and(|it| it.contains('\n')), View::none());
    }
    for key in ["patches", "patchesJson6902"] {
        for item in kustomization.view.key(key).items() {
            let text = item.key("patch");
            let place = if text.exists() { text } else { item.key("path") };
            if place.exists() {
                add(place, text.exists(), item.key("target"));
            }
        }
    }
    found
}

/// The trees of a patch that stands in the kustomization itself.
fn inline(place: View<'_>, whole: &str, problems: &mut Vec<Diagnostic>, opaque: &mut Vec<Span>) -> Vec<Node> {
    let span = place.span();
    let (start, end) = (span.start as usize, span.end as usize);
    let slice = whole.get(start..end).unwrap_or_default();
    if slice.starts_with(['"', '\'']) {
        // What is quoted stands there in other letters: all of it has the place of the whole.
        let nodes = parse(place.word().unwrap_or_default(), span.source, problems);
        opaque.push(span);
        return nodes.into_iter().map(|node| placed(node, &|_| span)).collect();
    }
    // A block may begin with its head, or amid the indentation of its first line.
    let head = if slice.starts_with(['|', '>']) { slice.find('\n').map_or(slice.len(), |at| at + 1) } else { 0 };
    let from = if head > 0 { start + head } else { whole[..start].rfind('\n').map_or(0, |at| at + 1) };
    let nodes = parse(whole.get(from..end).unwrap_or_default(), span.source, problems);
    let by = u32::try_from(from).unwrap_or(0);
    let moved = |span: Span| Span { start: span.start + by, end: span.end + by, ..span };
    nodes.into_iter().map(|node| placed(node, &moved)).collect()
}

fn parse(text: &str, source: SourceId, problems: &mut Vec<Diagnostic>) -> Vec<Node> {
    // Places of what is wrong with it would be those of another text.
    let mut found = Vec::new();
    let nodes = yaml::documents(text, source, FORM, &mut found);
    if let (None, Some(first)) = (&nodes, found.first()) {
        problems.push(Diagnostic::error(PATCH_WITHOUT_TARGET, format!("the patch is not YAML: {}", first.message)));
    }
    nodes.unwrap_or_default()
}

fn placed(node: Node, place: &impl Fn(Span) -> Span) -> Node {
    let value = match node.value {
        Value::Map(entries) => {
            let entry = |it: Entry| Entry { key_span: place(it.key_span), node: placed(it.node, place), ..it };
            Value::Map(entries.into_iter().map(entry).collect())
        }
        Value::Seq(items) => Value::Seq(items.into_iter().map(|item| placed(item, place)).collect()),
        scalar @ Value::Scalar(..) => scalar,
    };
    Node { value, span: place(node.span) }
}

/// Applies one tree to all objects that it means; how many those are.
fn apply(tree: &Node, target: View<'_>, parts: &mut Vec<Part>, problems: &mut Vec<Diagnostic>) -> usize {
    let (own, wanted) = (View::of(tree), Target::of(target));
    let means = |part: &Part| if target.exists() { wanted.means(part) } else { is_of(own, part) };
    let mut found = 0;
    let mut gone = Vec::new();
    for (at, part) in parts.iter_mut().enumerate().filter(|(_, part)| means(part)) {
        found += 1;
        match &tree.value {
            Value::Seq(operations) => {
                if let Err((span, why)) = operate(&mut part.node, operations) {
                    let problem = Diagnostic::error(PATCH_WITHOUT_TARGET, why).at(span);
                    problems.push(problem.help("name what the object has, or add it by `op: add`"));
                }
            }
            _ if directive(tree) == Some("delete") => gone.push(at),
            _ => {
                let keyed = KEYED.contains(&part.group()) || part.group().ends_with(".k8s.io");
                let (kind, name) = (part.value("kind"), part.value("metadata.name"));
                merge(&mut part.node, tree, keyed);
                // A patch with a target need not say whose it is.
                part.restore(kind, name);
            }
        }
    }
    gone.into_iter().rev().for_each(|at| drop(parts.remove(at)));
    found
}

/// Whether a patch without a target says an object's kind and name.
fn is_of(patch: View<'_>, part: &Part) -> bool {
    let group = patch.key("apiVersion").word().unwrap_or_default().rsplit_once('/').map_or("", |(group, _)| group);
    let namespace = patch.at("metadata.namespace").word();
    patch.key("kind").word() == Some(part.kind())
        && group == part.group()
        && patch.at("metadata.name").word().is_some_and(|name| part.is_called(name))
        && namespace.is_none_or(|namespace| part.namespace().is_none_or(|own| own == namespace))
}

/// Which objects a target means: its words are regular expressions of the whole.
struct Target<'d> {
    view: View<'d>,
    words: Vec<(&'static str, &'d str, Option<regex_lite::Regex>)>,
}

impl<'d> Target<'d> {
    fn of(view: View<'d>) -> Self {
        let word = |key: &'static str| {
            let pattern = view.key(key).word()?;
            Some((key, pattern, regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()))
        };
        Self { view, words: ["group", "kind", "name", "namespace"].into_iter().filter_map(word).collect() }
    }

    fn means(&self, part: &Part) -> bool {
        self.words.iter().all(|(key, pattern, regex)| {
            let fits = |word: &str| word == *pattern || regex.as_ref().is_some_and(|it| it.is_match(word));
            match *key {
                "group" => fits(part.group()),
                "kind" => fits(part.kind()),
                "name" => part.names.iter().any(|name| fits(name)),
                _ => fits(part.namespace().unwrap_or("default")),
            }
        }) && carries(self.view.key("labelSelector"), part, "metadata.labels")
            && carries(self.view.key("annotationSelector"), part, "metadata.annotations")
    }
}

/// Whether an object has what `KEY=VALUE,KEY` asks for.
fn carries(selector: View<'_>, part: &Part, path: &str) -> bool {
    let has = View::of(&part.node).at(path);
    let mut wanted = selector.word().unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty());
    wanted.all(|one| match one.split_once('=') {
        Some((key, value)) => {
            let (not, key) = key.strip_suffix('!').map_or((false, key), |key| (true, key));
            (has.key(key.trim()).word() == Some(value.trim_start_matches('=').trim())) != not
        }
        None => has.key(one).exists(),
    })
}
