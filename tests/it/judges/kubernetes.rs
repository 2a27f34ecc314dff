//! The strict schemas of several Kubernetes versions, and kubectl.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Deserializer, Value as Json};

use super::{identity, manifests, no_complaints, paths};
use crate::support::{root, run, stdout_of, text, tool};
use crate::yaml12;

const VERSIONS: &str = "1.29,1.31,1.33,newest";

/// All the tool says about files that is not "passed", and how often it says that.
fn judged(python: &Path, files: &[PathBuf]) -> (usize, Vec<String>) {
    let script = root().join("tests/judges/kubernetes.py");
    let output = run(Command::new(python).arg(script).arg(VERSIONS).args(files));
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let (passed, other): (Vec<&str>, Vec<&str>) =
        said.lines().partition(|line| line.starts_with("INFO ") && line.contains(" passed for resource "));
    (passed.len(), other.into_iter().map(str::to_owned).collect())
}

#[test]
fn kubernetes_validate_has_no_finding() {
    let Some(python) = tool("kubernetes-validate", "venv/python") else { return };
    let files = manifests();
    let (passed, complaints) = judged(&python, &files);
    no_complaints(&complaints);
    assert_eq!(passed, files.len() * VERSIONS.split(',').count(), "each object once for each version");
}

/// A judge that cannot say no proves nothing.
#[test]
fn kubernetes_validate_sees_mistakes() {
    let Some(python) = tool("kubernetes-validate's own check", "venv/python") else { return };
    let directory = tempfile::tempdir().unwrap();
    let right = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec:\n  ports:\n  - port: 80\n";
    for (name, document, complaint) in [
        ("unknown-key", format!("{right}  prots: []\n"), "'prots' was unexpected"),
        ("type", right.replace("80", "eighty"), "'eighty'"),
        ("unknown-kind", right.replace("Service", "Servise"), "Couldn't find schema"),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, document).unwrap();
        let (passed, complaints) = judged(&python, &[path]);
        assert_eq!(passed, 0, "{name}");
        assert!(
            !complaints.is_empty() && complaints.iter().all(|line| line.contains(complaint)),
            "{name}: {complaints:?}"
        );
    }
}

/// The objects of every profile by its directory.
fn by_profile() -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut profiles: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for path in manifests() {
        profiles.entry(path.parent().unwrap().to_owned()).or_default().push(path);
    }
    profiles
}

fn read(path: &Path) -> (String, Json) {
    let object = yaml12::json(&std::fs::read_to_string(path).unwrap());
    (identity(&object), object)
}

#[test]
fn kubectl_reads_the_same_objects() {
    let Some(kubectl) = tool("kubectl", "kubectl") else { return };
    for files in by_profile().values() {
        let mut command = Command::new(&kubectl);
        command.args(["annotate", "--local", "-o", "json", "a8ctl-test=x"]);
        files.iter().for_each(|file| {
            command.arg("-f").arg(file);
        });
        let stream = stdout_of(&mut command);
        let seen: BTreeMap<String, Json> = Deserializer::from_str(&stream)
            .into_iter::<Json>()
            .map(|object| without_annotation(object.unwrap()))
            .map(|object| (identity(&object), object))
            .collect();
        assert_eq!(seen, files.iter().map(|file| read(file)).collect());
    }
}

/// Removes what the test itself had kubectl add.
fn without_annotation(mut object: Json) -> Json {
    let metadata = object["metadata"].as_object_mut().unwrap();
    let annotations = metadata["annotations"].as_object_mut().unwrap();
    annotations.remove("a8ctl-test").unwrap();
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
    object
}

#[test]
fn kustomize_builds_the_same_objects() {
    let Some(kubectl) = tool("kubectl kustomize", "kubectl") else { return };
    assert_eq!(paths(|path| path.ends_with("/kustomization.yaml")).len(), by_profile().len());
    for (directory, files) in by_profile() {
        let built = stdout_of(Command::new(&kubectl).arg("kustomize").arg(&directory));
        let seen: BTreeMap<String, Json> =
            built.split("\n---\n").map(yaml12::json).map(|object| (identity(&object), object)).collect();
        assert_eq!(seen, files.iter().map(|file| read(file)).collect(), "{}", directory.display());
    }
}
