//! A field of the pod that it cannot be told.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::{did_you_mean, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-field-path",
    severity: Severity::Error,
    about: "a field of the pod that it cannot be told",
    docs: "Of itself a pod may know its name, namespace, uid, labels, annotations, node, account and addresses, and \
        of a container the limits and requests of `cpu`, `memory` and `ephemeral-storage`.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: \"web:1\", env: [{ name: A, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 10Mi } } }] }] }\n",
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { fieldRef: { fieldPath: "spec.node" } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { fieldRef: { fieldPath: "metadata.labels" } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { resourceFieldRef: { resource: limits.mem } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, downwardAPI: { items: [{ path: a, fieldRef: { fieldPath: status.podIP } }] } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: A, valueFrom: { resourceFieldRef: { resource: limits.memory } } }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, downwardAPI: { items: [{ path: a, fieldRef: { fieldPath: metadata.labels } }] } }] }
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let names: Vec<&str> = workload.pod.all().map(|container| container.name()).collect();
    for container in workload.pod.all() {
        for source in container.view.key("env").items().map(|it| it.key("valueFrom")) {
            judge(source, ENV, report);
            let of = source.at("resourceFieldRef.containerName");
            if let Some(word) = of.word().filter(|word| !names.contains(word)) {
                let what = format!("the pod has no container {}", quoted(word));
                report.find(of.span(), what, "name one of its containers, or remove it");
            }
        }
    }
    for volume in workload.pod.0.key("volumes").items() {
        let projected = volume.at("projected.sources").items().map(|part| part.key("downwardAPI"));
        for own in projected.chain([volume.key("downwardAPI")]) {
            own.key("items").items().for_each(|item| judge(item, VOLUME, report));
        }
    }
}

const ENV: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const VOLUME: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
const RESOURCES: &[&str] = &["cpu", "memory", "ephemeral-storage"];

fn judge(source: View<'_>, known: &[&str], report: &mut Report<'_>) {
    let path = source.at("fieldRef.fieldPath");
    if let Some(word) = path.word().filter(|word| !known.contains(word)) {
        let one = ["metadata.labels['", "metadata.annotations['"].iter().any(|prefix| word.starts_with(prefix));
        if !(one && word.ends_with("']")) {
            let near = did_you_mean(word, known.iter().copied());
            let help = near.map_or(format!("one of {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            report.find(path.span(), format!("a pod is not told its {}", quoted(word)), help);
        }
    }
    let (resource, divisor) = (source.at("resourceFieldRef.resource"), source.at("resourceFieldRef.divisor"));
    // The server knows these and no others; none is 1.
    let known: &[&str] = if resource.word().is_some_and(|word| word.ends_with(".cpu")) {
        &["0", "1", "1m"]
    } else {
        &["0", "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
    };
    if let Some(word) = divisor.word().filter(|word| !known.contains(word)) {
        report.find(
            divisor.span(),
            format!("{} is no divisor", quoted(word)),
            format!("one of {}", known[1..].join(", ")),
        );
    }
    let fits = |word: &str| {
        let rest = word.strip_prefix("limits.").or_else(|| word.strip_prefix("requests."));
        rest.is_some_and(|rest| RESOURCES.contains(&rest) || rest.starts_with("hugepages-"))
    };
    if let Some(word) = resource.word().filter(|word| !fits(word)) {
        let what = format!("a pod is not told its {}", quoted(word));
        report.find(resource.span(), what, "write `limits.` or `requests.` and `cpu`, `memory` or `ephemeral-storage`");
    }
}
