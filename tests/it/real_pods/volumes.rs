//! The volumes of a pod, with the owners and modes that a kubelet gives them.

use std::fmt::Write;

use super::docker::{docker, script};
use super::spec::{Pod, Source};

/// Makes docker volumes for a pod's volumes; `label` is how they are found again.
pub(super) fn create(pod: &Pod, label: &str, volume: impl Fn(&str) -> String) {
    for each in &pod.volumes {
        let name = volume(&each.name);
        let (label, mut args) = (format!("--label={label}"), vec!["volume", "create"]);
        let in_memory;
        args.push(&label);
        match each.source {
            Source::Claim => {}
            // Both are in memory on a node too.
            Source::Memory { .. } | Source::Files { .. } => {
                let size = if let Source::Memory { size } = each.source { size } else { 1 << 20 };
                in_memory = format!("o=size={size},mode=0777");
                args.extend(["--driver=local", "--opt=type=tmpfs", "--opt=device=tmpfs", "--opt", &in_memory]);
            }
        }
        args.push(&name);
        docker(&args);
    }
}

/// How the pod's first container mounts them all. It holds them while the others come and go: those in memory would
/// be gone with the last container that uses them, and an emptyDir lives as long as its pod.
pub(super) fn held(pod: &Pod, volume: impl Fn(&str) -> String) -> Vec<String> {
    let mount = |name: &str| format!("--mount=type=volume,src={},dst=/volumes/{name},volume-nocopy", volume(name));
    pod.volumes.iter().map(|each| mount(&each.name)).collect()
}

/// Writes what is to be in them, and hands them to the pod's group.
pub(super) fn fill(pod: &Pod, holder: &str) {
    let mut text = "set -eu\numask 0\n".to_owned();
    for each in &pod.volumes {
        let root = format!("/volumes/{}", each.name);
        let mut add = |line: &str| writeln!(text, "{line}").unwrap();
        add(&format!("cd {root}"));
        if let Source::Files { mode, files } = &each.source {
            // A kubelet swaps a whole directory behind a link, so that files change together: readers meet links.
            add("mkdir ..1\nln -s ..1 ..data");
            for (path, content) in files {
                let quoted = content.replace('\'', r"'\''");
                add(&format!(
                    "printf %s '{quoted}' >'..1/{path}'\nchmod {mode:o} '..1/{path}'\nln -s '..data/{path}' ."
                ));
            }
        }
        if let Some(group) = pod.fs_group {
            // What is mounted read-only is made readable for the group, the rest writable; new files are the group's.
            let (files, directories) = match each.source {
                Source::Files { .. } => ("g+r", "g+rxs"),
                Source::Memory { .. } | Source::Claim => ("g+rw", "g+rwxs"),
            };
            add(&format!("chgrp -R {group} .\nchmod {directories} ."));
            if matches!(each.source, Source::Files { .. }) {
                add(&format!("chmod {directories} ..1\nchmod {files} ..1/*"));
            }
        }
    }
    script(&["exec", "--interactive", "--user=0", holder, "sh"], &text);
}
