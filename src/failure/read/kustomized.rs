//! What kustomizations make of manifests, and what of it is not known.

use std::collections::HashSet;

use super::remarks::{Remarks, Sentence};
use crate::manifest::kustomize::{Deployment, Kustomized};
use crate::manifest::{Document, Object};

const NOT_FOLLOWED: Sentence = (
    "{} is not followed: what it makes or changes is not read.",
    "{} are not followed: what they make or change is not read.",
);
const UNREAD: Sentence = (
    "{} is not among these files: what it holds is not read.",
    "{} are not among these files: what they hold is not read.",
);
const ALTERNATIVE: Sentence = (
    "{} makes objects that another kustomization makes too, as one that stands in its place would: it is not read. Name \
     the directory of the one that is meant.",
    "{} make objects that another kustomization makes too, as those that stand in its place would: they are not read. \
     Name the directory of the one that is meant.",
);

/// What is deployed: the objects of all kustomizations, but for those of which others stand in the place of a former.
pub(super) fn deployed(kustomized: Kustomized, remarks: &mut Remarks) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut known = HashSet::new();
    for deployment in kustomized.deployments {
        let ids: Vec<String> = deployment.documents.iter().filter_map(object).map(Object::id).collect();
        if ids.iter().any(|id| known.contains(id)) {
            remarks.of(ALTERNATIVE, &deployment.name);
            continue;
        }
        known.extend(ids);
        tell(&deployment, remarks);
        documents.extend(deployment.documents);
    }
    documents.extend(kustomized.rest);
    documents
}

fn tell(deployment: &Deployment, remarks: &mut Remarks) {
    for (key, path) in &deployment.not_followed {
        remarks.of(NOT_FOLLOWED, &format!("`{key}` of {path}"));
    }
    for (what, path) in &deployment.elsewhere {
        remarks.of(UNREAD, &format!("{what}, a resource of {path},"));
    }
}

fn object(document: &Document) -> Option<&Object> {
    match document {
        Document::Kubernetes(object) => Some(object),
        _ => None,
    }
}
