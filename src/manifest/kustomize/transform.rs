//! What a kustomization changes in all of its objects: namespace, labels, images and numbers of replicas.

use std::collections::HashSet;

use super::build::Part;
use super::merge::{find, put};
use crate::diagnostic::Span;
use crate::manifest::View;
use crate::yaml::{Node, Style, Value};

/// Kinds whose objects are in no namespace.
const WIDE: &[&str] = &[
    "APIService",
    "CSIDriver",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];
/// What a number of replicas is of.
const SCALED: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
/// Where the labels of an object's pods stand.
const TEMPLATES: &[&[&str]] =
    &[&["spec", "template", "metadata", "labels"], &["spec", "jobTemplate", "spec", "template", "metadata", "labels"]];
/// Where objects that select pods say by which labels.
const SELECTORS: &[(&[&str], &[&str])] = &[
    (&["Service", "ReplicationController"], &["spec", "selector"]),
    (
        &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "PodDisruptionBudget"],
        &["spec", "selector", "matchLabels"],
    ),
    (&["NetworkPolicy"], &["spec", "podSelector", "matchLabels"]),
];
/// Where the specification of pods stands.
const PODS: &[&[&str]] =
    &[&["spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "spec"], &["spec"]];

/// Makes all changes that a kustomization says of all of its objects. Places in `opaque` say something else than what
/// stands there.
pub(super) fn all(view: View<'_>, parts: &mut [Part], opaque: &mut Vec<Span>) {
    if let Some(namespace) = view.key("namespace").node() {
        home(namespace, parts);
    }
    for entry in view.key("labels").items() {
        let selectors = entry.key("includeSelectors").is_true();
        let templates = selectors || entry.key("includeTemplates").is_true();
        labels(entry.key("pairs"), selectors, templates, parts);
    }
    labels(view.key("commonLabels"), true, true, parts);
    for entry in view.key("commonAnnotations").entries() {
        for part in parts.iter_mut() {
            let templated = View::of(&part.node).at("spec.template").exists();
            put(&mut part.node, &["metadata", "annotations", &entry.key], entry.node.clone());
            if templated {
                put(&mut part.node, &["spec", "template", "metadata", "annotations", &entry.key], entry.node.clone());
            }
        }
    }
    for entry in view.key("images").items() {
        image(entry, parts, opaque);
    }
    for entry in view.key("replicas").items() {
        let (name, count) = (entry.key("name").word().unwrap_or_default(), entry.key("count").node());
        for part in parts.iter_mut().filter(|part| SCALED.contains(&part.kind()) && part.is_called(name)) {
            count.into_iter().for_each(|count| put(&mut part.node, &["spec", "replicas"], count.clone()));
        }
    }
}

fn home(namespace: &Node, parts: &mut [Part]) {
    let accounts: HashSet<String> =
        parts.iter().filter(|part| part.kind() == "ServiceAccount").flat_map(|part| part.names.clone()).collect();
    for part in parts {
        if let Some(Value::Seq(subjects)) = find(&mut part.node, &["subjects"]).map(|node| &mut node.value) {
            let ours = |subject: &&mut Node| {
                let view = View::of(subject);
                let name = view.key("name").word().unwrap_or_default();
                view.key("kind").word() == Some("ServiceAccount") && (name == "default" || accounts.contains(name))
            };
            subjects.iter_mut().filter(ours).for_each(|it| put(it, &["namespace"], namespace.clone()));
        }
        if !WIDE.contains(&part.kind()) {
            put(&mut part.node, &["metadata", "namespace"], namespace.clone());
        }
    }
}

fn labels(pairs: View<'_>, selectors: bool, templates: bool, parts: &mut [Part]) {
    for part in parts.iter_mut() {
        let view = View::of(&part.node);
        let has = |path: &[&str]| view.at(&path.join(".")).exists();
        let mut paths: Vec<&[&str]> = vec![&["metadata", "labels"]];
        if templates {
            paths.extend(TEMPLATES.iter().filter(|path| has(&path[..path.len() - 2])));
        }
        if selectors {
            let own = SELECTORS.iter().filter(|(kinds, _)| kinds.contains(&part.kind()));
            paths.extend(own.map(|(_, path)| *path).filter(|path| has(path)));
        }
        for entry in pairs.entries() {
            for path in &paths {
                let path: Vec<&str> = path.iter().copied().chain([entry.key.as_str()]).collect();
                put(&mut part.node, &path, entry.node.clone());
            }
        }
    }
}

/// `NAME:TAG` and `NAME@DIGEST`, in parts.
fn image_parts(text: &str) -> (&str, &str) {
    let path = text.rfind('/').map_or(0, |at| at + 1);
    let end = text.find('@').or_else(|| text[path..].find(':').map(|at| path + at)).unwrap_or(text.len());
    text.split_at(end)
}

fn image(entry: View<'_>, parts: &mut [Part], opaque: &mut Vec<Span>) {
    let Some(name) = entry.key("name").word() else { return };
    let (new_name, tag, digest) = (entry.key("newName"), entry.key("newTag"), entry.key("digest"));
    let Some(said) = [digest, tag, new_name].into_iter().find(|it| it.exists()) else { return };
    let mut used = false;
    for part in parts {
        for path in PODS {
            for list in ["initContainers", "containers"] {
                let Some(pod) = find(&mut part.node, path) else { continue };
                let Some(Value::Seq(containers)) = find(pod, &[list]).map(|node| &mut node.value) else { continue };
                for image in containers.iter_mut().filter_map(|it| find(it, &["image"])) {
                    let Some(text) = View::of(image).word() else { continue };
                    let (now, rest) = image_parts(text);
                    if now != name {
                        continue;
                    }
                    let rest = match (digest.word(), tag.word()) {
                        (Some(digest), _) => format!("@{digest}"),
                        (None, Some(tag)) => format!(":{tag}"),
                        (None, None) => rest.to_owned(),
                    };
                    let text = format!("{}{rest}", new_name.word().unwrap_or(name));
                    *image = Node { value: Value::Scalar(text.into(), Style::Quoted), span: said.span() };
                    used = true;
                }
            }
        }
    }
    if used {
        opaque.push(said.span());
    }
}

#[cfg(test)]
mod tests {
    use super::image_parts;

    #[test]
    fn an_image_ends_where_its_tag_begins() {
        assert_eq!(image_parts("host:5000/a/b:1"), ("host:5000/a/b", ":1"));
        assert_eq!(image_parts("host:5000/a/b"), ("host:5000/a/b", ""));
        assert_eq!(image_parts("b@sha256:00"), ("b", "@sha256:00"));
    }
}
