//! Directories with kustomizations are judged as what they come to, at the places where it was written.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use a8ctl::diagnostic::Sources;
use a8ctl::manifest::{self, Document, kustomize};
use serde_json::Value as Json;

use crate::support::{a8ctl, run, stdout_of, text, tool};
use crate::yaml12;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { tier: front } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      volumes:
      - { name: tmp, emptyDir: {} }
      - { name: old, emptyDir: {} }
      containers:
      - name: web
        image: shop/web:0
        args: [a, b]
        ports: [{ name: http, containerPort: 8080 }]
        env: [{ name: COLOR, value: green }, { name: SIZE, value: large }]
        volumeMounts: [{ name: tmp, mountPath: /tmp }]
      - { name: helper, image: 'shop/helper@sha256:00' }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
";

/// Kustomizations in a directory `prod` over the objects in `base`, each with files beside it.
const OVERLAYS: &[(&str, &[(&str, &str)])] = &[
    ("replicas: [{ name: web, count: 4 }]\nnamespace: shop\n", &[]),
    ("images: [{ name: shop/web, newTag: '2' }, { name: shop/helper, newName: other/helper }]\n", &[]),
    ("images: [{ name: shop/web, newName: a/b, digest: 'sha256:11' }]\n", &[]),
    ("labels: [{ pairs: { team: a }, includeSelectors: true }]\ncommonLabels: { part: b }\n", &[]),
    ("labels: [{ pairs: { team: a } }, { pairs: { set: c }, includeTemplates: true }]\n", &[]),
    (
        "patches: [{ path: a.yaml }]\n",
        &[(
            "a.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, labels: { tier: null, x: 'y' } }\nspec:\n  \
             replicas: 3\n  template:\n    spec:\n      volumes: [{ name: old, $patch: delete }]\n      \
             containers:\n      - name: web\n        args: [c]\n        env: [{ name: COLOR, value: blue }, \
             { name: NEW, value: 'true' }]\n        ports: [{ containerPort: 8081, name: more }]\n      \
             - { name: helper, $patch: delete }\n",
        )],
    ),
    (
        "patchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata:\n    name: web\n  spec:\n    \
         ports: [{ port: 80, name: web }]\n    selector:\n      $patch: replace\n      other: x\n",
        &[],
    ),
    (
        "patches:\n- target: { labelSelector: tier=front }\n  patch: |-\n    - { op: remove, path: /spec/template/spec/\
         volumes/1 }\n    - { op: add, path: /spec/template/spec/containers/0/env/-, value: { name: M, value: 'a' } }\n    \
         - op: replace\n      path: /spec/replicas\n      value: 2\n    - { op: add, path: /metadata/labels/a~1b, \
         value: c }\n    - { op: move, from: /metadata/labels/tier, path: /metadata/labels/level }\n",
        &[],
    ),
    (
        "patchesJson6902:\n- { target: { version: v1, kind: Service, name: web }, path: a.json }\n",
        &[(
            "a.json",
            r#"[{ "op": "test", "path": "/spec/ports/0/port", "value": 80 }, { "op": "add", "path": "/spec/ports/0", "value": { "port": 81 } }]"#,
        )],
    ),
    ("patches:\n- patch: \"{ apiVersion: v1, kind: Service, metadata: { name: web }, $patch: delete }\"\n", &[]),
    (
        "components: [../part]\nnamespace: shop\n",
        &[
            (
                "../part/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [account.yaml]\n\
                 patches:\n- target: { kind: Deployment }\n  patch: |-\n    - op: add\n      path: /spec/paused\n      value: true\n",
            ),
            ("../part/account.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\n"),
        ],
    ),
    (
        "configMapGenerator:\n- { name: web, literals: [color=green, 'a=b=c'], options: { disableNameSuffixHash: true } }\n\
         generatorOptions: { disableNameSuffixHash: true }\n",
        &[],
    ),
];

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// `kind/name` of an object.
fn identity(object: &Json) -> String {
    format!("{}/{}", object["kind"].as_str().unwrap(), object["metadata"]["name"].as_str().unwrap())
}

#[test]
fn they_come_to_what_kubectl_builds() {
    let Some(kubectl) = tool("kubectl kustomize, overlays", "kubectl") else { return };
    for (overlay, beside) in OVERLAYS {
        let directory = tempfile::tempdir().unwrap();
        let overlay = format!("resources: [../base]\n{overlay}");
        let mut files = vec![
            ("base/web.yaml", WEB.to_owned()),
            ("base/kustomization.yaml", "resources: [web.yaml]\n".to_owned()),
            ("prod/kustomization.yaml", overlay.clone()),
        ];
        let paths: Vec<String> =
            beside.iter().map(|(path, _)| format!("prod/{path}").replace("prod/../", "")).collect();
        files.extend(paths.iter().zip(*beside).map(|(path, (_, text))| (path.as_str(), (*text).to_owned())));
        let (mut sources, mut documents, mut problems) = (Sources::default(), Vec::new(), Vec::new());
        for (path, text) in &files {
            write(directory.path(), path, text);
            let source = sources.add(*path, text.as_str());
            documents.extend(manifest::of_file(path, text, source, &mut problems).unwrap());
        }
        assert!(problems.is_empty() && kustomize::wanted(&documents, &sources).is_empty(), "{problems:?}");
        let mut built = kustomize::build(&documents, &sources).unwrap();
        assert_eq!(built.deployments.len(), 1, "{overlay}");
        let deployment = built.deployments.remove(0);
        assert!(deployment.problems.is_empty(), "{overlay}: {:?}", deployment.problems);
        let ours: BTreeMap<String, Json> = deployment
            .documents
            .iter()
            .map(|document| match document {
                Document::Kubernetes(object) => yaml12::plain(object.node()),
                other => panic!("{other:?}"),
            })
            .map(|object| (identity(&object), object))
            .collect();
        let theirs = stdout_of(Command::new(&kubectl).arg("kustomize").arg(directory.path().join("prod")));
        let theirs: BTreeMap<String, Json> =
            theirs.split("\n---\n").map(yaml12::json).map(|object| (identity(&object), object)).collect();
        assert_eq!(sorted(&ours), sorted(&theirs), "{overlay}");
    }
}

/// Lists of things with names in one order: the two add what is new at different ends.
fn sorted(objects: &BTreeMap<String, Json>) -> Json {
    fn of(value: &Json) -> Json {
        match value {
            Json::Array(items) => {
                let mut items: Vec<Json> = items.iter().map(of).collect();
                items.sort_by_key(|item| item["name"].as_str().map(str::to_owned));
                items.into()
            }
            Json::Object(map) => {
                let sorted: BTreeMap<&String, Json> = map.iter().map(|(key, value)| (key, of(value))).collect();
                sorted.into_iter().map(|(key, value)| (key.clone(), value)).collect::<serde_json::Map<_, _>>().into()
            }
            other => other.clone(),
        }
    }
    of(&objects.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into())
}

/// `rule path:line` of everything found below a directory that is an error or a warning of some rules.
fn judged(directory: &Path, path: &str) -> Vec<String> {
    let output = run(a8ctl(&["validate", "--format", "json", path]).current_dir(directory));
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", text(&output.stderr));
    let said: Json = serde_json::from_slice(&output.stdout).unwrap();
    let kept =
        ["single-replica", "unpinned-image", "dangling-", "patch-", "duplicate-", "unknown-", "wrong-", "missing-f"];
    let line = |it: &Json| {
        let (rule, file) = (it["rule"].as_str().unwrap(), it["file"].as_str().unwrap());
        format!("{rule} {file}:{}", it["line"])
    };
    let findings = said["findings"].as_array().unwrap().iter();
    let mut lines: Vec<String> =
        findings.map(line).filter(|line| kept.iter().any(|rule| line.starts_with(rule))).collect();
    lines.sort_by_key(|line| line.split(' ').nth(1).unwrap().to_owned());
    lines
}

#[test]
fn flaws_stand_where_they_were_written() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(
        here,
        "base/web.yaml",
        &WEB.replace("        args", "        envFrom: [{ configMapRef: { name: web } }]\n        args"),
    );
    write(
        here,
        "base/kustomization.yaml",
        "resources: [web.yaml]\nconfigMapGenerator: [{ name: web, literals: [A=b] }]\n",
    );
    // A base alone: what its kustomization makes is there.
    assert_eq!(judged(here, "base"), ["single-replica base/web.yaml:5"]);
    // What lies elsewhere is read along; what is patched is no flaw, and what is patched wrongly is one, once.
    write(
        here,
        "prod/kustomization.yaml",
        "resources: [../base]\npatches:\n- path: more.yaml\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    \
         metadata: { name: web }\n    spec: { tpye: ClusterIP }\n",
    );
    let more = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  replicas: 3\n  minReady: 1\n";
    write(here, "prod/more.yaml", more);
    assert_eq!(judged(here, "prod"), ["unknown-field prod/kustomization.yaml:8", "unknown-field prod/more.yaml:6"]);
    // Two over one base: each by itself, and what only one has is said of it.
    write(here, "test/kustomization.yaml", "resources: [../base]\n");
    let all = judged(here, ".");
    assert_eq!(
        all,
        [
            "single-replica ./base/web.yaml:5",
            "unknown-field ./prod/kustomization.yaml:8",
            "unknown-field ./prod/more.yaml:6"
        ]
    );
    let output = run(a8ctl(&["validate", "."]).current_dir(here));
    assert!(text(&output.stdout).contains("(as test has it)"), "{}", text(&output.stdout));
    // What is not there, and what means nothing.
    write(here, "test/kustomization.yaml", "resources: [../base, ../bass]\n");
    assert_eq!(
        judged(here, "test"),
        ["single-replica base/web.yaml:5", "dangling-kustomization test/kustomization.yaml:1"]
    );
    write(here, "test/kustomization.yaml", "resources: [../base]\npatches:\n- path: no.yaml\n- path: ../prod/x.yaml\n");
    write(here, "prod/x.yaml", &more.replace("name: web", "name: wbe"));
    assert_eq!(
        judged(here, "test"),
        [
            "single-replica base/web.yaml:5",
            "dangling-kustomization test/kustomization.yaml:3",
            "patch-without-target test/kustomization.yaml:4"
        ]
    );
}

#[test]
fn no_mend_is_written_over_what_stands_for_something_else() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "web.yaml", WEB);
    let text = "resources: [web.yaml]\nimages: [{ name: shop/web, newTag: latest }]\npatches:\n- patch: \"{ apiVersion: v1, \
                kind: Service, metadata: { name: web }, spec: { tpye: ClusterIP } }\"\n";
    write(here, "kustomization.yaml", text);
    run(a8ctl(&["validate", "--fix", "."]).current_dir(here));
    assert_eq!(std::fs::read_to_string(here.join("kustomization.yaml")).unwrap(), text);
}
