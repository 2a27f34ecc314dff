//! A mount, or a path in a volume, that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-mount",
    severity: Severity::Error,
    about: "a mount, or a path in a volume, that the server does not take",
    docs: "What is mounted where has a path without a colon; a part of a volume is named by a path inside of it, \
        without `..`; a mount that the node sees too needs a privileged container.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: \"web:1\", volumeMounts: [{ name: a, mountPath: data }] }], volumes: [{ name: a, emptyDir: {} }] }\n",
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: /a, subPath: /b }] }], volumes: [{ name: a, emptyDir: {} }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: /a, subPath: ../b }] }], volumes: [{ name: a, emptyDir: {} }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: "/a:ro" }] }], volumes: [{ name: a, emptyDir: {} }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: /a, mountPropagation: Bidirectional }] }], volumes: [{ name: a, emptyDir: {} }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, configMap: { name: c, items: [{ key: k, path: /etc/k }] } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, configMap: { name: c, defaultMode: 644 } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, volumeMounts: [{ name: a, mountPath: /a, subPath: b/c }] }], volumes: [{ name: a, configMap: { name: c, defaultMode: 0644, items: [{ key: k, path: etc/k }] } }] }
"#],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for container in workload.pod.all() {
        for mount in container.view.key("volumeMounts").items() {
            let at = mount.key("mountPath");
            if at.word().is_some_and(|word| word.is_empty() || word.contains(':')) {
                report.find(at.span(), "`mountPath` is a path without a colon", "write where it is mounted: `/data`");
            }
            let whole = |word: &str| word.starts_with(['/', '\\', '$', '{', '%']) || word.get(1..2) == Some(":");
            if let Some(word) = at.word().filter(|word| !word.is_empty() && !whole(word)) {
                let what = format!("{} is no whole path: the container does not start", quoted(word));
                report.find(at.span(), what, format!("write `/{word}`"));
            }
            ["subPath", "subPathExpr"].iter().for_each(|key| inside(mount.key(key), report));
            let recursive = mount.key("recursiveReadOnly");
            if recursive.word().is_some_and(|word| word != "Disabled") && !mount.key("readOnly").is_true() {
                report.find(
                    recursive.span(),
                    "`recursiveReadOnly` goes with `readOnly: true`",
                    "set that, or remove it",
                );
            }
            let propagation = mount.key("mountPropagation");
            if propagation.word() == Some("Bidirectional") && !container.view.at("securityContext.privileged").is_true()
            {
                report.find(
                    propagation.span(),
                    format!("`{}` is not privileged, so what it mounts stays its own", container.name()),
                    "remove it, or use `HostToContainer`",
                );
            }
        }
    }
    for container in workload.pod.all() {
        for name in container.view.key("volumeDevices").items().map(|device| device.key("name")) {
            let volume = workload.pod.0.key("volumes").items().find(|it| it.key("name").word() == name.word());
            let claims = |it: &View<'_>| it.key("persistentVolumeClaim").exists() || it.key("ephemeral").exists();
            if volume.is_some_and(|it| !claims(&it)) {
                report.find(name.span(), "a device is a claim, and this volume is none", "mount it: `volumeMounts`");
            }
        }
    }
    for volume in workload.pod.0.key("volumes").items() {
        let medium = volume.at("emptyDir.medium");
        let known = |word: &str| matches!(word, "" | "Memory") || word.starts_with("HugePages");
        if let Some(word) = medium.word().filter(|word| !known(word)) {
            report.find(
                medium.span(),
                format!("{} is no medium of a volume", quoted(word)),
                "write `Memory`, or remove it",
            );
        }
        let parts = volume.at("projected.sources");
        for source in KINDS.iter().flat_map(|kind| {
            let projected = parts.items().map(|part| part.key(kind));
            projected.chain([volume.key(kind)]).filter(|source| source.exists()).collect::<Vec<_>>()
        }) {
            source.key("items").items().for_each(|item| inside(item.key("path"), report));
        }
        for source in KINDS.iter().map(|kind| volume.key(kind)) {
            for mode in source.key("items").items().map(|item| item.key("mode")) {
                if mode.integer().is_some_and(|number| !(0..=0o777).contains(&number)) {
                    report.find(mode.span(), "a mode is 0 to 0777 in octal, 511 in decimal", "write `0644`");
                }
            }
        }
        let expires = parts.items().map(|part| part.at("serviceAccountToken.expirationSeconds"));
        for seconds in expires.filter(|it| it.integer().is_some_and(|seconds| seconds < 600)) {
            report.find(seconds.span(), "a token lasts 600 s or more", "write 3600");
        }
        let kind = volume.at("hostPath.type");
        if let Some(word) = kind.word().filter(|word| !HOST_PATHS.contains(word)) {
            let what = format!("{} is no type of a path", quoted(word));
            report.find(kind.span(), what, format!("write one of `{}`", HOST_PATHS[1..].join("`, `")));
        }
        for mode in KINDS.iter().chain(&["projected"]).map(|kind| volume.key(kind).key("defaultMode")) {
            if mode.integer().is_some_and(|number| !(0..=0o777).contains(&number)) {
                report.find(mode.span(), "a mode is 0 to 0777 in octal, 511 in decimal", "write `0644`");
            }
        }
    }
}

/// What a path of the node may have to be.
const HOST_PATHS: &[&str] =
    &["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
const KINDS: &[&str] = &["configMap", "secret", "downwardAPI"];

fn inside(path: View<'_>, report: &mut Report<'_>) {
    let Some(word) = path.word() else { return };
    if word.starts_with('/') || word.split('/').any(|part| part == "..") {
        let what = format!("{} leads out of the volume", quoted(word));
        report.find(path.span(), what, "write a path inside of it, without `/` before it and `..` in it");
    }
}
