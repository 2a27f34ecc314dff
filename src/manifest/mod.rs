//! Manifests of anybody: what kind of text a file is, its documents with their places, and typed views of them.

mod compose;
mod etcd;
mod keepalived;
pub mod kustomize;
mod nginx;
mod object;
pub(crate) mod paths;
mod pod;
mod scalar;
mod started;
mod view;
mod words;
mod workload;

pub use compose::{Project, Published, Service};
pub use etcd::Etcd;
pub use keepalived::Keepalived;
pub use nginx::{Directive, Nginx};
pub use object::Object;
pub use pod::{Container, Pod, Probe};
pub use scalar::{Dialect, Scalar, scalar};
pub use view::View;
pub use words::{Haproxy, Line, Piece, Redis, Section, Word};
pub use workload::{Selector, Workload};

use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::yaml::{self, Form, Limits, Node};

/// More than any manifest holds; what it keeps out are aliases of aliases.
const FORM: Form =
    Form { limits: Limits { nodes: 4_000_000, depth: 100 }, several: true, merges: true, of: "manifest" };

/// One document of a file.
#[derive(Debug, Clone)]
pub enum Document {
    /// An object of Kubernetes.
    Kubernetes(Object),
    /// A Compose project.
    Compose(Node),
    /// haproxy's configuration.
    Haproxy(Haproxy),
    /// nginx' configuration.
    Nginx(Nginx),
    /// Redis' configuration, or a sentinel's.
    Redis(Redis),
    /// etcd's settings.
    Etcd(Etcd),
    /// keepalived's configuration.
    Keepalived(Keepalived),
    /// YAML that is neither.
    Other(Node),
}

impl Document {
    /// Where it begins, where it holds anything.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Kubernetes(object) => Some(object.view().span()),
            Self::Compose(node) | Self::Other(node) => Some(node.span),
            Self::Haproxy(config) => config.sections.first().map(|section| section.kind.span),
            Self::Nginx(config) => config.directives.first().map(|it| it.words[0].span),
            Self::Redis(config) => config.lines.first().map(Line::span),
            Self::Etcd(config) => config.settings.first().map(|(_, _, span)| *span),
            Self::Keepalived(config) => config.directives.first().map(|it| it.words[0].span),
        }
    }

    /// The text that it stands in, where it holds anything.
    pub fn source(&self) -> Option<SourceId> {
        self.span().map(|span| span.source)
    }
}

/// Endings of files that may be manifests.
pub const EXTENSIONS: &[&str] = &["yaml", "yml", "json", "cfg", "conf"];

/// The documents of a file by its name and its text. `None` when it is none of what can be judged.
pub fn of_file(name: &str, text: &str, source: SourceId, problems: &mut Vec<Diagnostic>) -> Option<Vec<Document>> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut documents = match extension {
        "cfg" | "conf" => Vec::new(),
        // Without a name that says it, the text does.
        "" if config(name, Piece { text, source, start: 0 }).is_some() => Vec::new(),
        _ => read(text, source, problems)?,
    };
    if matches!(extension, "cfg" | "conf" | "") {
        documents.extend(config(name, Piece { text, source, start: 0 }));
    }
    let mut inner = Vec::new();
    for document in &documents {
        if let Document::Kubernetes(object) = document
            && object.kind == "ConfigMap"
        {
            let entries = object.view().key("data").entries().iter().map(|entry| (entry.key.as_str(), &entry.node));
            inner.extend(entries.filter_map(|(name, node)| block(name, node, text, source)));
        }
        if let Document::Compose(node) = document {
            inner.extend(inline(node).into_iter().filter_map(|(name, node)| block(&name, node, text, source)));
        }
    }
    documents.append(&mut inner);
    Some(documents)
}

/// The configuration that a block of YAML is; one that is quoted does not stand there as it is.
fn block(name: &str, node: &Node, whole: &str, source: SourceId) -> Option<Document> {
    let start = node.span.start as usize;
    // But for its indentation it does.
    let text = whole.get(start..node.span.end as usize).filter(|text| !text.starts_with(['"', '\'']))?;
    let piece = Piece { text, source, start };
    let mut found = config(name, piece).or_else(|| Redis::of_script(piece).map(Document::Redis));
    // A script beside it may write more into it before it is read.
    if let Some(Document::Redis(config)) = &mut found {
        config.whole &= !whole.contains("resolve-hostnames") || text.contains("resolve-hostnames");
    }
    found
}

/// Texts that a Compose project gives to its services as files, by the names that these have there.
fn inline(node: &Node) -> Vec<(String, &Node)> {
    let project = Project::of(node);
    let mut found = Vec::new();
    for entry in project.view.key("configs").entries() {
        let Some(content) = View::of(&entry.node).key("content").node() else { continue };
        let mounted = project.services.iter().flat_map(|service| service.view.key("configs").items());
        let target =
            mounted.filter(|it| it.key("source").word() == Some(&entry.key)).find_map(|it| it.key("target").word());
        found.push((target.unwrap_or(&entry.key).to_owned(), content));
    }
    found
}

/// What a text is that is not YAML.
fn config(name: &str, piece: Piece<'_>) -> Option<Document> {
    let file = name.rsplit('/').next().unwrap_or_default();
    let redis = ["redis", "sentinel", "valkey"].iter().any(|word| file.contains(word)) && file.ends_with(".conf");
    if redis {
        Some(Document::Redis(Redis::new(piece)))
    } else if Keepalived::is(piece.text) {
        Some(Document::Keepalived(Keepalived::new(piece)))
    } else if Nginx::is(piece.text) {
        Some(Document::Nginx(Nginx::new(piece)))
    } else if Haproxy::is(piece.text) || file.starts_with("haproxy") && Haproxy::begins(piece.text) {
        Some(Document::Haproxy(Haproxy::new(piece)))
    } else if name.ends_with(".conf") && Redis::is(piece.text) {
        Some(Document::Redis(Redis::new(piece)))
    } else {
        None
    }
}

/// The documents of a YAML or JSON file. `None` when it is not YAML; then `problems` says why.
pub fn read(text: &str, source: SourceId, problems: &mut Vec<Diagnostic>) -> Option<Vec<Document>> {
    let nodes = yaml::documents(text, source, FORM, problems)?;
    let mut documents = Vec::with_capacity(nodes.len());
    for node in nodes {
        document(node, &mut documents);
    }
    Some(documents)
}

/// A list is what it lists.
fn document(node: Node, documents: &mut Vec<Document>) {
    if node.get("apiVersion").is_some() || node.get("kind").is_some() {
        let object = Object::new(node);
        match object.into_items() {
            Ok(items) => items.into_iter().for_each(|item| document(item, documents)),
            Err(object) => documents.push(Document::Kubernetes(*object)),
        }
    } else if node.get("services").is_some_and(|services| !View::of(services).entries().is_empty()) {
        let started = Project::of(&node).started();
        documents.push(Document::Compose(node));
        documents.extend(started);
    } else {
        let etcd = Etcd::of_file(&node);
        documents.push(Document::Other(node));
        documents.extend(etcd.map(Document::Etcd));
    }
}
