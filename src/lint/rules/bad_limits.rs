//! Limits of a namespace that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-limits",
    severity: Severity::Error,
    about: "limits of a namespace that the server does not take",
    docs: "Of each resource the least, what is asked for by default, the default limit and the most come in this order; \
        defaults are for containers. A quota counts resources that there are, those that are counted whole.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: Container, max: { memory: 64Mi }, default: { memory: 128Mi } }] }
"#,
        r#"apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: container, max: { memory: 64Mi } }, { type: Pod, default: { cpu: 1 } }] }
"#,
        r#"apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: Container, maxLimitRequestRatio: { memory: "0.5" } }] }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { request.cpu: "4", pods: 2.5 } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { requests.cpu: "4" }, scopes: [BestEffort] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec:
  limits:
  - type: Container
    min: { memory: 16Mi }
    defaultRequest: { memory: 64Mi }
    default: { memory: 64Mi }
    max: { memory: 1Gi }
    maxLimitRequestRatio: { memory: "2" }
  - { type: PersistentVolumeClaim, min: { storage: 1Gi } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { requests.cpu: "4", pods: 20, count/jobs.batch: 5, requests.nvidia.com/gpu: 1, gold.storageclass.storage.k8s.io/requests.storage: 1Gi } }
"#,
        r#"apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { pods: "4" }, scopes: [BestEffort] }
"#,
    ],
    check: Check::Object(check),
};

const TYPES: &[&str] = &["Container", "Pod", "PersistentVolumeClaim"];
/// From the least to the most.
const ORDER: &[&str] = &["min", "defaultRequest", "default", "max"];
const COUNTED: &[&str] = &[
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];
const MEASURED: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];
const SCOPES: &[(&str, &str)] = &[("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")];

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    match (object.kind.as_str(), object.group()) {
        ("LimitRange", "") => spec.key("limits").items().for_each(|item| range(item, report)),
        ("ResourceQuota", "") => quota(spec, report),
        _ => {}
    }
}

fn range(item: View<'_>, report: &mut Report<'_>) {
    let kind = item.key("type");
    if let Some(word) = kind.word().filter(|word| !TYPES.contains(word) && !word.contains('/')) {
        report.find(
            kind.span(),
            format!("nothing is limited of a {}", quoted(word)),
            format!("write one of `{}`", TYPES.join("`, `")),
        );
    }
    for key in ["default", "defaultRequest"].into_iter().filter(|key| item.key(key).exists()) {
        if kind.word() == Some("Pod") {
            report.find(item.key_span(key), format!("`{key}` is for containers"), "write it under `type: Container`");
        }
    }
    let amount = |key: &str, resource: &str| item.key(key).key(resource).word().and_then(syntax::quantity);
    for (at, key) in ORDER.iter().enumerate() {
        for entry in item.key(key).entries() {
            let Some(own) = amount(key, &entry.key) else { continue };
            let above = ORDER[at + 1..].iter().find(|other| amount(other, &entry.key).is_some_and(|it| it < own));
            if let Some(other) = above {
                let what = format!("`{key}` of {} is more than `{other}`", quoted(&entry.key));
                report.find(entry.node.span, what, format!("write at most what `{other}` says"));
            }
        }
    }
    for entry in item.key("maxLimitRequestRatio").entries() {
        if View::of(&entry.node).word().and_then(syntax::quantity).is_some_and(|ratio| ratio < 1.0) {
            report.find(entry.node.span, "a limit is never less than what is asked for", "write 1 or more");
        }
    }
}

fn quota(spec: View<'_>, report: &mut Report<'_>) {
    let scoped = |scope: &str| spec.key("scopes").items().find(|it| it.word() == Some(scope));
    for (one, other) in SCOPES {
        if let (Some(_), Some(place)) = (scoped(one), scoped(other)) {
            report.find(place.span(), format!("no pod is `{one}` and `{other}`"), "keep one");
        }
    }
    for entry in spec.key("hard").entries() {
        let key = entry.key.as_str();
        let counted = COUNTED.contains(&key) || key.starts_with("count/");
        let pages = key.trim_start_matches("requests.").starts_with("hugepages-");
        if !counted && !pages && !MEASURED.contains(&key) && !key.contains('/') {
            let near = crate::diagnostic::did_you_mean(key, COUNTED.iter().chain(MEASURED).copied());
            let mend = near
                .map_or("name one that there is: `requests.cpu`".to_owned(), |near| format!("did you mean `{near}`?"));
            report.find(entry.key_span, format!("there is no resource {} to count", quoted(key)), mend);
        }
        let amount = View::of(&entry.node).word().and_then(syntax::quantity);
        if counted && amount.is_some_and(|amount| amount.fract() != 0.0) {
            report.find(entry.node.span, format!("{} are counted whole", quoted(key)), "write a whole number");
        }
        if scoped("BestEffort").is_some() && key != "pods" {
            let what = "of pods without requests nothing but their number is counted";
            report.find(entry.key_span, what, "keep `pods` alone, or another scope");
        }
    }
}
