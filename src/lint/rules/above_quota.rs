//! Pods that a quota, or a limit of their namespace, keeps out.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "above-quota",
    severity: Severity::Error,
    about: "pods that a quota, or a limit of their namespace, keeps out",
    docs: "What a quota counts must be said by every container of its namespace, or pods are refused; when it is used up, \
        replicas are missing without a word in the manifests.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { pods: "2" } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { requests.memory: 512Mi } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1, resources: { requests: { memory: 256Mi } } }] } } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { limits.cpu: "8" } }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { cpu: 1 } } }] }
"#,
        r#"apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: Container, max: { memory: 128Mi } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { limits: { memory: 256Mi } } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { pods: "3", requests.memory: 768Mi, limits.cpu: 8 } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: Container, max: { memory: 256Mi }, default: { cpu: 1 } }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1, resources: { requests: { memory: 256Mi }, limits: { memory: 256Mi } } }] } } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { pods: "0" }, scopes: [BestEffort] }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
    ],
    check: Check::Cluster(check),
};

/// What a quota counts of containers: its key, and the part and the resource of theirs.
const COUNTED: &[(&str, &str, &str)] = &[
    ("cpu", "requests", "cpu"),
    ("memory", "requests", "memory"),
    ("requests.cpu", "requests", "cpu"),
    ("requests.memory", "requests", "memory"),
    ("limits.cpu", "limits", "cpu"),
    ("limits.memory", "limits", "memory"),
];

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    let quotas: Vec<&'a Object> = cluster.of_kind("ResourceQuota").collect();
    let ranges: Vec<&'a Object> = cluster.of_kind("LimitRange").collect();
    // Each namespace has one or two.
    for quota in quotas.iter().take(64) {
        let own: Vec<View<'_>> = of_containers(&ranges, &quota.namespace).collect();
        let spec = quota.view().key("spec");
        // One that counts some pods alone is not reckoned.
        if ["scopes", "scopeSelector"].iter().any(|key| spec.key(key).exists()) {
            continue;
        }
        let there = || cluster.workloads.iter().filter(|it| it.object.namespace == quota.namespace);
        used_up(quota, cluster, &own, &there().collect::<Vec<_>>(), report);
    }
    for workload in cluster.workloads.iter().filter(|_| !ranges.is_empty()) {
        above_most(workload, &ranges, report);
    }
}

/// What the limit ranges of a namespace say of containers.
fn of_containers<'a>(ranges: &[&'a Object], namespace: &str) -> impl Iterator<Item = View<'a>> {
    let own: Vec<&'a Object> = ranges.iter().copied().filter(|range| range.namespace == namespace).collect();
    let items = own.into_iter().flat_map(|range| range.view().at("spec.limits").items().collect::<Vec<_>>());
    items.filter(|item| item.key("type").word() == Some("Container"))
}

fn used_up<'a>(
    quota: &'a Object,
    cluster: &Cluster<'a>,
    ranges: &[View<'_>],
    workloads: &[&Workload<'a>],
    report: &mut Report<'a>,
) {
    let hard = quota.view().at("spec.hard");
    let most = |key: &str| hard.key(key).word().and_then(syntax::quantity);
    let pods = |workload: &Workload<'a>| {
        let count = if workload.kind() == "DaemonSet" { 1 } else { cluster.least(workload) };
        if workload.runs_on() { count.max(0) } else { 0 }
    };
    let total: i64 = workloads.iter().map(|it| pods(it)).sum();
    report.about(quota);
    // Counts of pods are small numbers.
    #[allow(clippy::cast_precision_loss)]
    if let Some(most) = most("pods").filter(|most| total as f64 > *most) {
        let what = format!("{total} pods are wanted in `{}`, and {most} are allowed", quota.namespace);
        report.find(hard.key("pods").span(), what, "raise the quota, or lower the numbers of replicas");
    }
    for (key, part, resource) in COUNTED {
        let Some(most) = most(key) else { continue };
        let given = ranges.iter().any(|range| {
            range.key("default").key(resource).exists()
                || *part == "requests" && range.key("defaultRequest").key(resource).exists()
        });
        let mut sum = 0.0;
        let mut known = true;
        for workload in workloads {
            for container in workload.pod.containers() {
                let own = container.view.key("resources");
                let asked = own.key(part).key(resource);
                // Where nothing is asked for, the limit is.
                let asked = if asked.exists() || *part == "limits" { asked } else { own.key("limits").key(resource) };
                match asked.word().and_then(syntax::quantity) {
                    #[allow(clippy::cast_precision_loss)]
                    Some(amount) => sum += amount * pods(workload) as f64,
                    None => {
                        known = false;
                        if !given && !asked.exists() {
                            let what =
                                format!("the quota `{}` keeps out who does not say `{part}.{resource}`", quota.name);
                            let place = container.view.key("name");
                            report.about(workload.object);
                            report.find(place.span(), what, format!("add `resources.{part}.{resource}`"));
                            report.about(quota);
                        }
                    }
                }
            }
        }
        if known && sum > most * 1.000_001 {
            let what = format!("more is asked for in `{}` than the quota of {} allows", quota.namespace, quoted(key));
            report.find(hard.key(key).span(), what, "raise the quota, or ask for less");
        }
    }
}

fn above_most<'a>(workload: &Workload<'a>, ranges: &[&'a Object], report: &mut Report<'a>) {
    report.about(workload.object);
    for range in of_containers(ranges, &workload.object.namespace) {
        for container in workload.pod.all() {
            for part in ["requests", "limits"] {
                for entry in container.view.key("resources").key(part).entries() {
                    let value = View::of(&entry.node);
                    let amount = value.word().and_then(syntax::quantity);
                    let bound = |key: &str| range.key(key).key(&entry.key).word().and_then(syntax::quantity);
                    if amount.zip(bound("max")).is_some_and(|(own, most)| own > most) {
                        let what = format!("no container of `{}` may have so much", workload.object.namespace);
                        report.find(value.span(), what, "ask for less, or raise `max` of the LimitRange");
                    }
                    if amount.zip(bound("min")).is_some_and(|(own, least)| own < least && part == "requests") {
                        let what = format!("no container of `{}` may ask for so little", workload.object.namespace);
                        report.find(value.span(), what, "ask for more, or lower `min` of the LimitRange");
                    }
                }
            }
        }
    }
}
