//! How many servers read one configuration: the replicas that mount it, or the files that there are.

use std::collections::BTreeMap;

use crate::diagnostic::Span;
use crate::manifest::{Document, Line, Object, Project, Redis, Service, View, Workload};

/// Pods that mount the ConfigMap in which a configuration stands; `None` where it stands in none, or nobody does.
pub(crate) fn replicas(span: Span, documents: &[Document]) -> Option<i64> {
    let objects = || {
        documents.iter().filter_map(|document| match document {
            Document::Kubernetes(object) => Some(object),
            _ => None,
        })
    };
    let holds = |object: &&Object| {
        object.kind == "ConfigMap"
            && object.view().key("data").entries().iter().any(|entry| {
                let own = entry.node.span;
                own.source == span.source && own.start <= span.start && span.end <= own.end
            })
    };
    let map = objects().find(holds)?;
    let mounts = |workload: &Workload<'_>| {
        let volumes = workload.pod.0.key("volumes").items();
        let parts = volumes.flat_map(|it| {
            let projected = it.at("projected.sources").items().map(|part| part.at("configMap.name"));
            projected.chain([it.at("configMap.name")]).collect::<Vec<View<'_>>>()
        });
        workload.object.namespace == map.namespace && parts.into_iter().any(|name| name.word() == Some(&map.name))
    };
    let workloads = objects().filter_map(Workload::of).filter(|it| it.scales() && mounts(it));
    workloads.map(|it| it.replicas()).max()
}

/// A line that says whom sentinels watch, and how many of them do.
pub(crate) struct Watched<'d> {
    pub(crate) line: &'d Line,
    pub(crate) count: i64,
}

/// The first line for each primary that is watched, where it is known how many sentinels do.
pub(crate) fn watched(documents: &[Document]) -> Vec<Watched<'_>> {
    let mut by_primary: BTreeMap<Vec<&str>, Vec<&Line>> = BTreeMap::new();
    let mut found = Vec::new();
    for line in documents.iter().filter_map(sentinel).flat_map(|config| &config.lines) {
        if line.after("sentinel monitor").is_none() {
            continue;
        }
        match replicas(line.span(), documents) {
            Some(count) => found.push(Watched { line, count }),
            None => {
                let name = line.words.iter().skip(2).take(3).map(|word| word.text.as_str()).collect();
                by_primary.entry(name).or_default().push(line);
            }
        }
    }
    for lines in by_primary.into_values() {
        // One file is the same for all that a project runs.
        let count = if lines.len() > 1 { lines.len() } else { services(documents) };
        let count = i64::try_from(count).unwrap_or(0);
        if count > 1 {
            found.push(Watched { line: lines[0], count });
        }
    }
    found
}

fn sentinel(document: &Document) -> Option<&Redis> {
    match document {
        Document::Redis(config) if config.sentinel => Some(config),
        _ => None,
    }
}

/// Services of Compose projects that are sentinels.
fn services(documents: &[Document]) -> usize {
    let watches = |it: &Service<'_>| {
        let named = |text: &str| text.ends_with("redis-sentinel") || text == "--sentinel";
        it.program().contains("redis-sentinel") || it.words().iter().any(|word| named(&word.text))
    };
    let projects = documents.iter().filter_map(|document| match document {
        Document::Compose(node) => Some(Project::of(node)),
        _ => None,
    });
    projects.map(|project| project.services.iter().filter(|it| watches(it)).count()).sum()
}
