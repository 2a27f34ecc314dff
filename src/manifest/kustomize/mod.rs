//! What kustomizations make of the objects of other files, as `kubectl kustomize` would; each word keeps the place where
//! somebody wrote it.

mod build;
mod generate;
mod merge;
mod patch;
mod transform;

use super::paths::path_of;
use super::{Document, View};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};

/// A kustomization names a file that is not there.
pub const DANGLING_KUSTOMIZATION: &str = "dangling-kustomization";
/// A patch that changes nothing, or cannot be applied.
pub const PATCH_WITHOUT_TARGET: &str = "patch-without-target";

/// Names of files that are kustomizations whatever stands in them.
pub const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Keys by which objects are made or changed in ways that are not followed here.
const NOT_FOLLOWED: &[&str] = &[
    "replacements",
    "vars",
    "transformers",
    "validators",
    "generators",
    "helmCharts",
    "helmChartInflationGenerator",
    "configurations",
];
/// Those by which there are objects that nobody knows here.
const UNKNOWN_OBJECTS: &[&str] = &["generators", "helmCharts", "helmChartInflationGenerator"];

/// What is deployed together: the objects of one kustomization that no other one takes up.
#[derive(Debug)]
pub struct Deployment {
    /// Where its kustomization lies; `.` where it was called.
    pub name: String,
    /// Its objects after all changes, and what else its files hold.
    pub documents: Vec<Document>,
    /// The texts of these.
    pub sources: Vec<SourceId>,
    /// Objects that it makes and of which only the names are known: `Kind/name`, either of which may be `*`.
    pub external: Vec<String>,
    /// What is wrong with it.
    pub problems: Vec<Diagnostic>,
    /// Places that say something else than what stands there: no mend may be written to them.
    pub opaque: Vec<Span>,
    /// What it changes by means that are not followed here: the key and the file.
    pub not_followed: Vec<(&'static str, String)>,
    /// What it takes up and is not here: the path, and the file that says it.
    pub elsewhere: Vec<(String, String)>,
}

/// Documents by what they are deployed with.
#[derive(Debug)]
pub struct Kustomized {
    /// One for each kustomization that no other one takes up; at least one.
    pub deployments: Vec<Deployment>,
    /// Documents of no kustomization, and the kustomizations themselves.
    pub rest: Vec<Document>,
}

/// What kustomizations among some documents make of the others; `None` where there is no kustomization.
pub fn build(documents: &[Document], sources: &Sources) -> Option<Kustomized> {
    let kustomizations = kustomizations(documents, sources);
    if kustomizations.is_empty() { None } else { Some(build::all(documents, sources, &kustomizations)) }
}

/// Paths that kustomizations name and that are not among some texts: files, or directories with a kustomization.
pub fn wanted(documents: &[Document], sources: &Sources) -> Vec<String> {
    let kustomizations = kustomizations(documents, sources);
    if kustomizations.is_empty() {
        return Vec::new();
    }
    build::wanted(documents, sources, &kustomizations)
}

/// One kustomization and where it lies.
#[derive(Debug, Clone)]
struct Kustomization<'d> {
    view: View<'d>,
    source: SourceId,
    path: String,
}

impl Kustomization<'_> {
    fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    fn is_component(&self) -> bool {
        self.view.key("kind").word() == Some("Component")
    }
}

/// All of them; they may leave out what every object must say.
fn kustomizations<'d>(documents: &'d [Document], sources: &Sources) -> Vec<Kustomization<'d>> {
    let one = |document: &'d Document| {
        let (view, ours) = match document {
            Document::Other(node) => (View::of(node), false),
            Document::Kubernetes(object) if matches!(object.kind.as_str(), "Kustomization" | "Component") => {
                (object.view(), object.group() == "kustomize.config.k8s.io")
            }
            _ => return None,
        };
        let source = document.source()?;
        let path = path_of(sources, source);
        // What another program makes of its own kind of that name is not this.
        let named = NAMES.contains(&path.rsplit('/').next()?);
        (named || ours).then_some(Kustomization { view, source, path })
    };
    documents.iter().filter_map(one).collect()
}
