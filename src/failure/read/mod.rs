//! What manifests of another hand are as a [`System`], as far as they say it.
//!
//! What they do not say is no good news: where nothing says otherwise, the worst that they allow is taken, and a
//! sentence in [`System::unknown`] says so.

mod behind;
mod compose;
mod containers;
mod files;
mod ground;
mod groups;
mod hosts;
mod kubernetes;
mod kustomized;
mod link;
mod moving;
mod needs;
mod place;
mod pods;
mod remarks;
mod settle;
mod spread;
mod store;
mod texts;
mod unit;
mod volumes;
mod ways;

use super::words::Hand;
use super::{Amounts, System};
use crate::diagnostic::Sources;
use crate::manifest::{Document, Object, Project, kustomize};
use files::Files;
use ground::Ground;
use link::Names;
use remarks::Remarks;
use unit::Unit;

/// What manifests do not say and somebody knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assumed {
    /// Nodes of the cluster.
    pub nodes: Option<u32>,
    /// Zones that they are in.
    pub zones: Option<u32>,
}

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// What can fail.
    pub system: System,
    /// What each of its parts is in the manifests.
    pub hand: Hand,
}

/// What can fail of what documents describe; `None` where they describe nothing that runs. `name` is what the whole is
/// called; `sources` are the files that the documents stand in, by whose paths it is known who mounts them.
pub fn read(name: &str, documents: &[Document], sources: &Sources, assumed: Assumed) -> Option<Read> {
    let (mut names, mut remarks) = (Names::default(), Remarks::default());
    let deployed = kustomize::build(documents, sources).map(|it| kustomized::deployed(it, &mut remarks));
    let documents = deployed.as_deref().unwrap_or(documents);
    let projects: Vec<Project<'_>> = documents.iter().filter_map(project).collect();
    let objects: Vec<&Object> = documents.iter().filter_map(object).collect();
    let mut units: Vec<Unit> = Vec::new();
    let mut ground = Ground::default();
    if !objects.is_empty() {
        kubernetes::read(objects, assumed, &mut ground, &mut units, &mut names, &mut remarks);
    }
    let pods = units.len();
    let mut alike = Vec::new();
    if !projects.is_empty() {
        let files = Files::of(documents, sources, &projects);
        alike = compose::read(&projects, &files, &mut ground, &mut units, &mut names, &mut remarks);
    }
    if units.is_empty() {
        return None;
    }
    let target = match (pods > 0, units.len() > pods) {
        (true, true) => "k8s and compose",
        (false, true) => "compose",
        _ => "k8s",
    };
    let (parts, hand) = settle::settle(units, &alike, &names, &mut remarks);
    let (nodes, zones) = ground.into_parts();
    let system = System {
        name: name.to_owned(),
        target: target.to_owned(),
        nodes,
        zones,
        parts,
        capacity: Amounts::default(),
        unknown: remarks.told(),
    };
    Some(Read { system, hand })
}

fn object(document: &Document) -> Option<&Object> {
    match document {
        Document::Kubernetes(object) => Some(object),
        _ => None,
    }
}

fn project(document: &Document) -> Option<Project<'_>> {
    match document {
        Document::Compose(node) => Some(Project::of(node)),
        _ => None,
    }
}
