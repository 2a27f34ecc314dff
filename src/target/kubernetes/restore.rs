//! Data from a backup onto the disks of pods: while none of theirs runs, a pod that holds a disk and waits.

use serde_json::json;

use crate::target::runbook::Book;
use crate::target::runbook::stores::{put_files, restore_flags, voters};
use crate::topology::{Backup, Component, PodSecurity, Topology};

use super::runbook::{is_led, namespace};
use super::{meta, workload};

/// Files onto the disk of the first member; the others take them from it.
pub(super) fn files(book: &mut Book, topology: &Topology, component: &Component) {
    let Some(Backup::Files { disk, directory, .. }) = &component.care.backup else { return };
    let at = namespace(topology);
    let name = &component.name;
    let voters = voters(topology, component);
    let all: Vec<&Component> = voters.into_iter().chain([component]).collect();
    stop(book, topology, &all);
    let first = meta::member_name(component, 0);
    let empty = |of: &Component, from: u32| {
        (from..of.replicas()).map(|it| claim(&meta::member_name(of, it))).collect::<Vec<_>>()
    };
    let mut emptied = if is_led(component) { empty(component, 1) } else { Vec::new() };
    emptied.extend(voters.into_iter().flat_map(|voters| empty(voters, 0)));
    if !emptied.is_empty() {
        book.says(format!(
            "Nobody may remember another primary than {first}, which is that of the very first start, and the others copy \
             from it:"
        ));
        book.commands([format!("kubectl delete persistentvolumeclaim{at} {}", emptied.join(" "))]);
    }
    book.says(format!(
        "The backup goes onto the disk of {first} (where it has none, start everything once before); what was there lies \
         beside it as `before` then:"
    ));
    let mut lines = holder(topology, component, &first, disk.as_str());
    lines.extend([
        format!("kubectl exec{at} --stdin restore-{first} -- {} <{name}.tar", put_files(disk.as_str(), directory)),
        format!("kubectl delete pod{at} restore-{first}"),
    ]);
    book.commands(lines);
    start(book, topology, &all);
}

/// A disk for each member, made where the snapshot is.
pub(super) fn snapshot(
    book: &mut Book,
    topology: &Topology,
    component: &Component,
    backup: &Backup,
    told: &[Vec<(String, String)>],
) {
    let Backup::Snapshot { disk, directory, restore, at: flag, .. } = backup else { return };
    let (at, name) = (namespace(topology), &component.name);
    let program = restore.first().map_or("", String::as_str);
    book.says(format!("Make each member's data of the snapshot; `{program}` comes with the same release:"));
    let pods: Vec<String> = (0..component.replicas()).map(|number| meta::member_name(component, number)).collect();
    let lines = pods.iter().zip(told).flat_map(|(pod, of)| {
        let mut lines = vec![format!("{} {name}.db {flag}=restored/{pod} \\", restore.join(" "))];
        let flags = restore_flags(backup, of, told);
        let last = flags.len().saturating_sub(1);
        lines.extend(
            flags
                .iter()
                .enumerate()
                .map(|(number, flag)| format!("  {flag}{}", if number < last { " \\" } else { "" })),
        );
        lines
    });
    book.commands(lines);
    stop(book, topology, &[component]);
    book.says("Onto the disk of each, where what was there lies beside it as `before` then:");
    let mut lines = vec![format!("for pod in {}; do", pods.join(" "))];
    lines.extend(holder(topology, component, "$pod", disk.as_str()));
    lines.push(format!("    tar -cf - -C \"restored/$pod\" {directory} |"));
    let put = put_files(disk.as_str(), directory);
    lines.push(format!("        kubectl exec{at} --stdin \"restore-$pod\" -- {put}"));
    lines.push(format!("    kubectl delete pod{at} \"restore-$pod\""));
    lines.push("done".to_owned());
    book.commands(lines);
    start(book, topology, &[component]);
}

fn claim(pod: &str) -> String {
    format!("{}-{pod}", workload::DATA)
}

fn stop(book: &mut Book, topology: &Topology, all: &[&Component]) {
    let at = namespace(topology);
    book.says("End every one of them, and wait until they have gone:");
    let scale = all.iter().rev().map(|it| format!("kubectl scale{at} statefulset/{} --replicas=0", it.name));
    let pods: Vec<String> = all
        .iter()
        .flat_map(|it| (0..it.replicas()).map(|number| format!("pod/{}", meta::member_name(it, number))))
        .collect();
    let wait = format!("kubectl wait{at} --for=delete --timeout=300s {}", pods.join(" "));
    book.commands(scale.chain([wait]));
}

fn start(book: &mut Book, topology: &Topology, all: &[&Component]) {
    let at = namespace(topology);
    book.says("Start them again:");
    book.commands(
        all.iter().map(|it| format!("kubectl scale{at} statefulset/{} --replicas={}", it.name, it.replicas())),
    );
}

/// A pod with the disk of another, which is as closed as that is. The balancer's image has what it takes.
fn holder(topology: &Topology, component: &Component, pod: &str, disk: &str) -> Vec<String> {
    let at = namespace(topology);
    let restricted = topology.kubernetes.pod_security == PodSecurity::Restricted;
    let user = i64::from(component.user.unwrap_or(if restricted { workload::NOBODY } else { 0 }));
    let object = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": format!("restore-{pod}") },
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "securityContext": {
                "runAsNonRoot": user != 0, "runAsUser": user, "runAsGroup": user, "fsGroup": user,
                "seccompProfile": { "type": "RuntimeDefault" },
            },
            "containers": [{
                "name": "files",
                "image": topology.balancer.image.as_str(),
                "command": ["sleep", "3600"],
                "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } },
                "resources": { "requests": { "cpu": "50m", "memory": "64Mi" }, "limits": { "memory": "256Mi" } },
                "volumeMounts": [{ "name": workload::DATA, "mountPath": disk }],
            }],
            "volumes": [{ "name": workload::DATA, "persistentVolumeClaim": { "claimName": claim(pod) } }],
        },
    });
    let text = crate::yaml::to_string_ranked(&object, super::order::rank);
    // In a loop the name of the pod is the shell's.
    let (indent, end, quote) = if pod.starts_with('$') { ("    ", "EOF", "\"") } else { ("", "'EOF'", "") };
    let mut lines = vec![format!("{indent}kubectl apply{at} -f - <<{end}")];
    lines.extend(text.lines().map(str::to_owned));
    lines.push("EOF".to_owned());
    let wait = format!("kubectl wait{at} --for=condition=Ready --timeout=300s");
    lines.push(format!("{indent}{wait} {quote}pod/restore-{pod}{quote}"));
    lines
}
