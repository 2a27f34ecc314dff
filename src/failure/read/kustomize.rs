//! What a kustomization changes in objects of other files: how many replicas there are is applied, and what else it
//! changes is said.

use std::collections::HashMap;

use super::files::{joined, lies_in, path_of};
use super::remarks::{Remarks, Sentence};
use crate::diagnostic::{SourceId, Sources};
use crate::manifest::{Document, Object, View};

const CHANGED: Sentence = (
    "{} is not applied: objects are read as they stand in their own files.",
    "{} are not applied: objects are read as they stand in their own files.",
);
const UNREAD: Sentence = (
    "{} is not among these files: what it holds is not read.",
    "{} are not among these files: what they hold is not read.",
);
const AGAIN: Sentence = (
    "How many replicas {} has is said by several kustomizations, each something else: what stands in its own file is \
     read.",
    "How many replicas {} have is said by several kustomizations, each something else: what stands in their own files \
     is read.",
);

/// Keys by which objects become others than they are in their files.
const CHANGES: &[&str] = &[
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "images",
    "components",
    "replacements",
    "vars",
    "transformers",
    "generators",
    "helmCharts",
    "helmChartInflationGenerator",
    "configMapGenerator",
    "secretGenerator",
    "namePrefix",
    "nameSuffix",
    "namespace",
];
/// What the number of replicas is of.
const SCALED: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

/// What kustomizations say.
#[derive(Debug, Default)]
pub(super) struct Kustomized {
    /// Files that hold changes and no objects.
    patches: Vec<String>,
    /// Where the objects are that each means, what they are called, and how many replicas there are.
    replicas: Vec<(Vec<String>, String, i64)>,
}

impl Kustomized {
    pub(super) fn of(documents: &[Document], sources: &Sources, remarks: &mut Remarks) -> Self {
        let mut found = Self::default();
        for (view, source) in documents.iter().filter_map(|document| kustomization(document, sources)) {
            found.add(view, &path_of(sources, source), sources, remarks);
        }
        found
    }

    fn add(&mut self, view: View<'_>, path: &str, sources: &Sources, remarks: &mut Remarks) {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        for key in CHANGES.iter().filter(|key| view.key(key).exists()) {
            let patches = view.key(key).items().filter_map(|it| it.word().or_else(|| it.key("path").word()));
            let files: Vec<&str> = patches.filter(|it| key.starts_with("patches") && !it.contains('\n')).collect();
            self.patches.extend(files.iter().map(|file| joined(directory, file)));
            let with = if files.is_empty() { String::new() } else { format!(" ({})", files.join(", ")) };
            remarks.of(CHANGED, &format!("`{key}`{with} of {path}"));
        }
        let words = ["resources", "bases"].into_iter().flat_map(|key| view.key(key).items()).filter_map(View::word);
        let resources: Vec<String> = words.map(|it| joined(directory, it)).collect();
        let known = |file: &String| sources.iter().any(|(id, _)| lies_in(&path_of(sources, id), file));
        for missing in resources.iter().filter(|it| !known(it)) {
            remarks.of(UNREAD, &format!("{missing}, a resource of {path},"));
        }
        for entry in view.key("replicas").items() {
            if let (Some(name), Some(count)) = (entry.key("name").word(), entry.key("count").integer()) {
                self.replicas.push((resources.clone(), name.to_owned(), count.max(0)));
            }
        }
    }

    /// Whether an object stands in a file of changes, and is none.
    pub(super) fn is_patch(&self, object: &Object, sources: &Sources) -> bool {
        let path = path_of(sources, object.view().span().source);
        self.patches.contains(&path)
    }

    /// How many replicas objects have that stand in files of these, by where each begins.
    pub(super) fn counts(&self, objects: &[&Object], sources: &Sources, remarks: &mut Remarks) -> Counts {
        let mut counts = HashMap::new();
        if self.replicas.is_empty() {
            return counts;
        }
        for object in objects.iter().filter(|object| SCALED.contains(&object.kind.as_str())) {
            let span = object.view().span();
            let path = path_of(sources, span.source);
            let means = |resources: &[String]| resources.iter().any(|resource| lies_in(&path, resource));
            let all = self.replicas.iter().filter(|(resources, name, _)| *name == object.name && means(resources));
            let mut said: Vec<i64> = all.map(|(_, _, count)| *count).collect();
            said.dedup();
            match said[..] {
                [] => {}
                [one] => {
                    counts.insert((span.source, span.start), one);
                }
                _ => remarks.of(AGAIN, &object.id()),
            }
        }
        counts
    }
}

/// Numbers of replicas by where objects begin.
pub(super) type Counts = HashMap<(SourceId, u32), i64>;

/// A kustomization, which may leave out what every object must say.
fn kustomization<'d>(document: &'d Document, sources: &Sources) -> Option<(View<'d>, SourceId)> {
    let source = document.source()?;
    let path = path_of(sources, source);
    let named = ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(&path.rsplit('/').next()?);
    match document {
        Document::Other(node) if named => Some((View::of(node), source)),
        // What another program makes of its own kind of that name is not this.
        Document::Kubernetes(object)
            if matches!(object.kind.as_str(), "Kustomization" | "Component")
                && (named || object.group() == "kustomize.config.k8s.io") =>
        {
            Some((object.view(), source))
        }
        _ => None,
    }
}
