//! A file that its ConfigMap or Secret does not have.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "missing-key-path",
    severity: Severity::Error,
    about: "a file that its ConfigMap or Secret does not have",
    docs: "A `subPath` that is no key of it is mounted as an empty directory, and a script that is none of its keys does \
        not start.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { web.conf: a }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: web:1, volumeMounts: [{ name: web, mountPath: /etc/web.conf, subPath: wbe.conf }] }]
  volumes: [{ name: web, configMap: { name: web } }]
"#,
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { start.sh: a }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: web:1, command: [sh, /scripts/run.sh], volumeMounts: [{ name: web, mountPath: /scripts }] }]
  volumes: [{ name: web, configMap: { name: web } }]
"#,
    ],
    good: &[r#"apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { web.conf: a, start.sh: b }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - name: web
    image: web:1
    command: [sh, /scripts/start.sh, --log=/scripts-log/x]
    volumeMounts: [{ name: web, mountPath: /etc/web.conf, subPath: app.conf }, { name: all, mountPath: /scripts }]
  volumes:
  - { name: web, configMap: { name: web, items: [{ key: web.conf, path: app.conf }] } }
  - { name: all, configMap: { name: web } }
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    for container in workload.pod.all() {
        for mount in container.view.key("volumeMounts").items() {
            let name = mount.key("name").word();
            let volume = workload.pod.0.key("volumes").items().find(|it| it.key("name").word() == name);
            let Some(files) = volume.and_then(|volume| files(volume, workload, cluster)) else { continue };
            let part = mount.key("subPath");
            let has = |path: &str| files.iter().any(|file| file == path || file.starts_with(&format!("{path}/")));
            if let Some(word) = part.word().filter(|word| !word.is_empty() && !has(word.trim_end_matches('/'))) {
                let what = format!("the volume has no file {}: an empty directory is mounted", quoted(word));
                report.find(part.span(), what, format!("name one of `{}`", files.join("`, `")));
            }
            if part.exists() || mount.key("subPathExpr").exists() {
                continue;
            }
            let at = mount.key("mountPath").word().unwrap_or_default().trim_end_matches('/');
            // The program itself, or what its shell reads.
            for word in ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items().take(2)) {
                let Some(path) = word.word().and_then(|word| word.strip_prefix(at)?.strip_prefix('/')) else {
                    continue;
                };
                if !at.is_empty() && !path.contains([' ', '$', '*', '\n']) && !path.is_empty() && !has(path) {
                    let what = format!("the volume at `{at}` has no file {}", quoted(path));
                    report.find(word.span(), what, format!("name one of `{}`", files.join("`, `")));
                }
            }
        }
    }
}

/// The files of a volume that is one ConfigMap or Secret among the manifests.
fn files(volume: View<'_>, workload: &Workload<'_>, cluster: &Cluster<'_>) -> Option<Vec<String>> {
    let (source, kind, name) = if volume.key("configMap").exists() {
        (volume.key("configMap"), "ConfigMap", "name")
    } else {
        (volume.key("secret"), "Secret", "secretName")
    };
    let items = source.key("items");
    if items.exists() {
        return Some(items.items().filter_map(|item| item.key("path").word()).map(str::to_owned).collect());
    }
    let object = cluster.find(kind, &workload.object.namespace, source.key(name).word()?)?;
    let keys = ["data", "binaryData", "stringData"].into_iter().flat_map(|part| object.view().key(part).entries());
    let keys: Vec<String> = keys.map(|entry| entry.key.to_string()).collect();
    (!keys.is_empty()).then_some(keys)
}
