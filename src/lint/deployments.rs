//! Findings where kustomizations say what is deployed together: each deployment is judged as it comes to the cluster, and
//! what several of them share is said once.

use std::collections::{HashMap, HashSet};

use super::rules::UNUSED_IGNORE;
use super::{Finding, Rule, Settings, sort, together};
use crate::diagnostic::{Sources, Span};
use crate::manifest::Document;
use crate::manifest::kustomize::{Deployment, Kustomized};

/// One flaw at one place.
type Key = (&'static str, Option<(u32, u32, u32)>, String);

/// A flaw, and the deployments that have it.
struct Shared {
    finding: Finding,
    within: Vec<usize>,
}

/// Judges every deployment with what is in none.
pub(super) fn run(
    kustomized: Kustomized,
    sources: &Sources,
    settings: &Settings,
    rules: &[&'static Rule],
) -> Vec<Finding> {
    let Kustomized { deployments, rest } = kustomized;
    let mut found: Vec<Shared> = Vec::new();
    let mut by_key: HashMap<Key, usize> = HashMap::new();
    let mut about: Vec<(String, HashSet<u32>)> = Vec::new();
    for (at, deployment) in deployments.into_iter().enumerate() {
        let name = deployment.name.clone();
        about.push((name, deployment.sources.iter().map(|source| source.index()).collect()));
        for finding in judge(deployment, &rest, sources, settings, rules) {
            let known = *by_key.entry(key(&finding)).or_insert(found.len());
            if known == found.len() {
                found.push(Shared { finding, within: vec![at] });
            } else if found[known].within.last() != Some(&at) {
                found[known].within.push(at);
            }
        }
    }
    let mut findings: Vec<Finding> = found.into_iter().filter_map(|shared| told(shared, &about)).collect();
    sort(&mut findings);
    findings
}

fn judge(
    deployment: Deployment,
    rest: &[Document],
    sources: &Sources,
    settings: &Settings,
    rules: &[&'static Rule],
) -> Vec<Finding> {
    let mut settings = settings.clone();
    settings.external.extend(deployment.external);
    let mut documents = deployment.documents;
    documents.extend(rest.iter().cloned());
    let mut findings = together(&documents, sources, &settings, rules);
    for problem in deployment.problems {
        if let Some(rule) = rules.iter().find(|rule| rule.id == problem.code) {
            findings.push(Finding { rule, problem, object: None });
        }
    }
    for finding in &mut findings {
        let span = finding.problem.fix.as_ref().map(|fix| fix.span);
        // What stands there is not what was judged.
        if span.is_some_and(|span| deployment.opaque.contains(&span)) {
            finding.problem.fix = None;
        }
    }
    findings
}

fn key(finding: &Finding) -> Key {
    let place = |span: Span| (span.source.index(), span.start, span.end);
    (finding.rule.id, finding.problem.span.map(place), finding.problem.message.clone())
}

/// What is said of a flaw: of a file that is in no deployment, and of an ignore, only what is so in all of them.
fn told(shared: Shared, deployments: &[(String, HashSet<u32>)]) -> Option<Finding> {
    let Shared { mut finding, within } = shared;
    let source = finding.problem.span.map(|span| span.source.index());
    let owners: Vec<usize> = deployments
        .iter()
        .enumerate()
        .filter(|(_, (_, sources))| source.is_some_and(|source| sources.contains(&source)))
        .map(|(at, _)| at)
        .collect();
    if owners.is_empty() {
        return (within.len() == deployments.len()).then_some(finding);
    }
    if finding.rule.id == UNUSED_IGNORE.id {
        return owners.iter().all(|at| within.contains(at)).then_some(finding);
    }
    if within.len() < owners.len() {
        let names: Vec<&str> = within.iter().map(|at| deployments[*at].0.as_str()).collect();
        finding.problem.message = format!("{} (as {} has it)", finding.problem.message, names.join(", "));
    }
    Some(finding)
}
