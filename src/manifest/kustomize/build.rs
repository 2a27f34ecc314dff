//! From kustomizations and files to the objects that are deployed.

use std::collections::{HashMap, HashSet};

use super::{
    DANGLING_KUSTOMIZATION, Deployment, Kustomization, Kustomized, NOT_FOLLOWED, UNKNOWN_OBJECTS, generate, merge,
    patch, transform,
};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, quoted};
use crate::manifest::paths::{joined, path_of};
use crate::manifest::{Document, Object, View};
use crate::yaml::Node;

/// Kustomizations that take up one another go no deeper.
const DEEPEST: usize = 32;
/// No deployment is made of more values: bases that are taken up twice on each of many levels would be.
const MOST_VALUES: usize = 2_000_000;

/// An object on its way.
#[derive(Debug)]
pub(super) struct Part {
    /// As it is now.
    pub(super) node: Node,
    /// What it has been called so far.
    pub(super) names: Vec<String>,
}

impl Part {
    pub(super) fn new(node: Node) -> Self {
        let name = View::of(&node).at("metadata.name").word().unwrap_or_default().to_owned();
        Self { node, names: vec![name] }
    }

    pub(super) fn kind(&self) -> &str {
        View::of(&self.node).key("kind").word().unwrap_or_default()
    }

    pub(super) fn group(&self) -> &str {
        let version = View::of(&self.node).key("apiVersion").word().unwrap_or_default();
        version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        View::of(&self.node).at("metadata.namespace").word()
    }

    /// Whether it has or had a name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// What stands below a path.
    pub(super) fn value(&self, path: &str) -> Option<Node> {
        View::of(&self.node).at(path).node().cloned()
    }

    /// Gives it back what no patch changes.
    pub(super) fn restore(&mut self, kind: Option<Node>, name: Option<Node>) {
        kind.into_iter().for_each(|kind| merge::put(&mut self.node, &["kind"], kind));
        name.into_iter().for_each(|name| merge::put(&mut self.node, &["metadata", "name"], name));
    }

    fn into_document(self) -> Document {
        Document::Kubernetes(Object::new(self.node))
    }
}

/// The documents by the paths of their files.
pub(super) struct Reader<'d> {
    documents: &'d [Document],
    sources: &'d Sources,
    by_path: HashMap<String, Vec<usize>>,
    kustomizations: HashMap<String, usize>,
    /// Documents that a kustomization has taken up.
    used: HashSet<usize>,
    /// Texts that the deployment at hand has taken up.
    of_one: Vec<SourceId>,
}

impl<'d> Reader<'d> {
    fn new(documents: &'d [Document], sources: &'d Sources, kustomizations: &[Kustomization<'_>]) -> Self {
        let mut by_path: HashMap<String, Vec<usize>> =
            sources.iter().map(|(id, _)| (path_of(sources, id), Vec::new())).collect();
        for (at, document) in documents.iter().enumerate() {
            if let Some(source) = document.source() {
                by_path.entry(path_of(sources, source)).or_default().push(at);
            }
        }
        let directories = kustomizations.iter().enumerate();
        let kustomizations = directories.map(|(at, it)| (it.directory().to_owned(), at)).collect();
        Self { documents, sources, by_path, kustomizations, used: HashSet::new(), of_one: Vec::new() }
    }

    /// The documents of a file, which are taken up by it; `None` where there is no such file.
    fn take(&mut self, path: &str) -> Option<Vec<&'d Document>> {
        let found = self.by_path.get(path)?;
        self.used.extend(found);
        let documents: Vec<&Document> = found.iter().map(|at| &self.documents[*at]).collect();
        self.of_one.extend(documents.iter().filter_map(|document| document.source()));
        Some(documents)
    }

    /// The text behind a place.
    pub(super) fn text(&self, source: SourceId) -> &'d str {
        self.sources.get(source).map_or("", |it| it.text.as_str())
    }

    /// The trees of a file that a kustomization names.
    pub(super) fn trees(
        &mut self,
        kustomization: &Kustomization<'_>,
        place: View<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<&'d Node> {
        let word = place.word().unwrap_or_default();
        if is_remote(word) {
            return Vec::new();
        }
        let Some(found) = self.take(&joined(kustomization.directory(), word)) else {
            problems.push(not_there(word, place.span()));
            return Vec::new();
        };
        let tree = |document: &'d Document| match document {
            Document::Kubernetes(object) => Some(object.node()),
            Document::Other(node) => Some(node),
            _ => None,
        };
        found.into_iter().filter_map(tree).collect()
    }
}

/// Whether somebody else keeps what a kustomization takes up.
fn is_remote(word: &str) -> bool {
    word.contains("://") || word.contains("?ref=") || word.starts_with("git@") || word.starts_with("github.com")
}

fn not_there(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(DANGLING_KUSTOMIZATION, format!("there is no {}", quoted(word)))
        .at(span)
        .help("name a file, or a directory with a kustomization, as seen from this file")
}

/// What a kustomization has become.
#[derive(Debug, Default)]
struct Built {
    parts: Vec<Part>,
    others: Vec<Document>,
    external: Vec<String>,
    problems: Vec<Diagnostic>,
    opaque: Vec<Span>,
    not_followed: Vec<(&'static str, String)>,
    elsewhere: Vec<(String, String)>,
    /// How many values its objects were made of when they were taken up.
    values: usize,
}

impl Built {
    fn add(&mut self, document: &Document) {
        match document {
            Document::Kubernetes(_) if self.values > MOST_VALUES => {}
            Document::Kubernetes(object) => {
                self.values += object.node().size();
                self.parts.push(Part::new(object.node().clone()));
            }
            other => self.others.push(other.clone()),
        }
    }
}

pub(super) fn all(documents: &[Document], sources: &Sources, kustomizations: &[Kustomization<'_>]) -> Kustomized {
    let mut reader = Reader::new(documents, sources, kustomizations);
    let taken: HashSet<usize> = kustomizations
        .iter()
        .flat_map(|it| paths(it, &["resources", "bases", "components"]))
        .filter_map(|(path, _)| reader.kustomizations.get(&path).copied())
        .collect();
    // Where each is taken up by another there is no first one: kustomize refuses that, and here each is one.
    let circle = taken.len() == kustomizations.len();
    let roots = kustomizations.iter().enumerate().filter(|(at, _)| circle || !taken.contains(at));
    let mut deployments = Vec::new();
    for (_, root) in roots {
        let mut built = Built::default();
        build(root, kustomizations, 0, &mut Vec::new(), &mut reader, &mut built);
        let directory = root.directory();
        let mut sources = std::mem::take(&mut reader.of_one);
        sources.sort_unstable_by_key(|source| source.index());
        sources.dedup();
        let objects = built.parts.into_iter().map(Part::into_document);
        deployments.push(Deployment {
            name: if directory.is_empty() { ".".to_owned() } else { directory.to_owned() },
            documents: objects.chain(built.others).collect(),
            sources,
            external: built.external,
            // A component alone has nothing to change.
            problems: if root.is_component() { Vec::new() } else { built.problems },
            opaque: built.opaque,
            not_followed: built.not_followed,
            elsewhere: built.elsewhere,
        });
    }
    let rest = documents.iter().enumerate().filter(|(at, _)| !reader.used.contains(at));
    Kustomized { rest: rest.map(|(_, document)| document.clone()).collect(), deployments }
}

/// The paths that a kustomization names below some keys, and where.
fn paths<'d>(kustomization: &Kustomization<'d>, keys: &[&str]) -> Vec<(String, View<'d>)> {
    let view = kustomization.view;
    let words = keys.iter().flat_map(|key| view.key(key).items()).filter_map(|it| Some((it.word()?, it)));
    let local = words.filter(|(word, _)| !is_remote(word));
    local.map(|(word, it)| (joined(kustomization.directory(), word), it)).collect()
}

/// Adds the objects of a kustomization to what is built, and changes those from `from` on as it says.
fn build<'d>(
    kustomization: &Kustomization<'d>,
    all: &[Kustomization<'d>],
    from: usize,
    above: &mut Vec<SourceId>,
    reader: &mut Reader<'d>,
    built: &mut Built,
) {
    if above.contains(&kustomization.source) || above.len() > DEEPEST || built.values > MOST_VALUES {
        return;
    }
    above.push(kustomization.source);
    reader.of_one.push(kustomization.source);
    for (path, place) in paths(kustomization, &["resources", "bases"]) {
        if let Some(other) = reader.kustomizations.get(&path).copied() {
            build(&all[other], all, built.parts.len(), above, reader, built);
        } else if let Some(documents) = reader.take(&path) {
            documents.into_iter().for_each(|document| built.add(document));
        } else {
            built.problems.push(not_there(place.word().unwrap_or_default(), place.span()));
            lacks(&path, kustomization, built);
        }
    }
    let view = kustomization.view;
    let words = ["resources", "bases", "components"].into_iter().flat_map(|key| view.key(key).items());
    for word in words.filter_map(View::word).filter(|word| is_remote(word)) {
        lacks(word, kustomization, built);
    }
    for (path, place) in paths(kustomization, &["components"]) {
        match reader.kustomizations.get(&path).copied() {
            Some(other) => build(&all[other], all, from, above, reader, built),
            None => built.problems.push(not_there(place.word().unwrap_or_default(), place.span())),
        }
    }
    generate::all(view, from, &mut built.parts, &mut built.external, &mut built.opaque);
    for key in NOT_FOLLOWED.iter().copied().filter(|key| view.key(key).exists()) {
        built.not_followed.push((key, kustomization.path.clone()));
        if UNKNOWN_OBJECTS.contains(&key) {
            built.external.push("*/*".to_owned());
        }
    }
    let complete = !built.external.iter().any(|it| it == "*/*");
    let mut own = built.parts.split_off(from);
    patch::all(kustomization, reader, &mut own, complete, &mut built.problems, &mut built.opaque);
    transform::all(view, &mut own, &mut built.opaque);
    let (prefix, suffix) = (view.key("namePrefix").word(), view.key("nameSuffix").word());
    if prefix.is_some() || suffix.is_some() {
        for part in &mut own {
            let last = part.names.last().cloned().unwrap_or_default();
            part.names.push(format!("{}{last}{}", prefix.unwrap_or_default(), suffix.unwrap_or_default()));
        }
    }
    built.parts.append(&mut own);
    above.pop();
}

/// Something that a kustomization takes up is not here: what it holds is somebody else's.
fn lacks(what: &str, kustomization: &Kustomization<'_>, built: &mut Built) {
    built.external.push("*/*".to_owned());
    built.elsewhere.push((what.to_owned(), kustomization.path.clone()));
}

/// Paths that kustomizations name and no text has.
pub(super) fn wanted(documents: &[Document], sources: &Sources, kustomizations: &[Kustomization<'_>]) -> Vec<String> {
    let reader = Reader::new(documents, sources, kustomizations);
    let mut found: Vec<String> = Vec::new();
    let mut want = |path: String| {
        let there = reader.by_path.contains_key(&path) || reader.kustomizations.contains_key(&path);
        if !there && !found.contains(&path) {
            found.push(path);
        }
    };
    for kustomization in kustomizations {
        let lists = paths(kustomization, &["resources", "bases", "components", "patchesStrategicMerge"]);
        let lists = lists.into_iter().filter(|(_, place)| place.word().is_some_and(|it| !it.contains('\n')));
        lists.for_each(|(path, _)| want(path));
        for entry in ["patches", "patchesJson6902"].into_iter().flat_map(|key| kustomization.view.key(key).items()) {
            let word = entry.key("path").word().filter(|word| !is_remote(word));
            word.into_iter().for_each(|word| want(joined(kustomization.directory(), word)));
        }
    }
    found
}
