//! A class, a lease or an API that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-class",
    severity: Severity::Error,
    about: "a class, a lease or an API that the server does not take",
    docs: "A priority of one's own is at most 1000000000 and its name does not begin with `system-`; one class may be the \
        default; a controller of ingresses has a domain in its name; an API is called after its version and group.",
    on: true,
    bad: &[
        r#"apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: system-shop }
value: 2000000000
"#,
        r#"apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: a }
value: 10
globalDefault: true
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: b }
value: 20
globalDefault: true
"#,
        r#"apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: a, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: a.example.com
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: b, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: a.example.com
"#,
        r#"apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: gvisor }
handler: Run_SC
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: a }
spec: { controller: nginx }
"#,
        r#"apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: a }
spec: { leaseDurationSeconds: 0 }
"#,
        r#"apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics }
spec: { group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100 }
"#,
    ],
    good: &[r#"apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: shop }
value: 1000000000
globalDefault: true
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: a, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: a.example.com
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: b, annotations: { storageclass.kubernetes.io/is-default-class: "false" } }
provisioner: a.example.com
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: gvisor }
handler: runsc
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: a }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: a }
spec: { leaseDurationSeconds: 15 }
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec: { group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100 }
"#],
    check: Check::Cluster(check),
};

/// The highest priority that is not the system's.
const HIGHEST: i64 = 1_000_000_000;
/// Kinds of which one may be the default, and where it says so.
const DEFAULTS: &[(&str, &str)] = &[
    ("PriorityClass", ""),
    ("StorageClass", "storageclass.kubernetes.io/is-default-class"),
    ("IngressClass", "ingressclass.kubernetes.io/is-default-class"),
];

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for (kind, annotation) in DEFAULTS {
        let value = |object: &'a Object| match *annotation {
            "" => object.view().key("globalDefault"),
            key => object.view().at("metadata.annotations").key(key),
        };
        let is = |object: &&'a Object| value(object).word() == Some("true");
        let mut all = cluster.of_kind(kind).filter(is);
        let first = all.next();
        for second in all {
            let what = format!("two {kind} are the default, the other is `{}`", first.map_or("", |it| &it.name));
            report.about(second);
            report.find(value(second).span(), what, "let one of them be");
        }
    }
    for kind in ["PriorityClass", "RuntimeClass", "IngressClass", "Lease", "APIService"] {
        for object in cluster.of_kind(kind) {
            report.about(object);
            one(object, report);
        }
    }
}

fn one(object: &Object, report: &mut Report<'_>) {
    let view = object.view();
    let bad = |value: View<'_>, fits: &dyn Fn(&str) -> bool| value.word().is_some_and(|word| !fits(word));
    match object.kind.as_str() {
        "PriorityClass" => {
            let value = view.key("value");
            if object.name.starts_with("system-") && !object.name.ends_with("-critical") {
                let what = format!("{} is a name of the system's own", quoted(&object.name));
                report.find(object.name_span(), what, "begin it with another word");
            }
            if value.integer().is_some_and(|number| number > HIGHEST) && !object.name.starts_with("system-") {
                report.find(value.span(), "such a priority is the system's own", format!("write at most {HIGHEST}"));
            }
        }
        "RuntimeClass" if bad(view.key("handler"), &syntax::label) => {
            report.find(view.key("handler").span(), "this is no name of a handler", syntax::LABEL);
        }
        "IngressClass" if bad(view.at("spec.controller"), &|word| word.contains('/') && syntax::qualified(word)) => {
            let mend = "write it with its domain: `k8s.io/ingress-nginx`";
            report.find(view.at("spec.controller").span(), "this is no name of a controller", mend);
        }
        "Lease" => {
            let duration = view.at("spec.leaseDurationSeconds");
            if duration.integer().is_some_and(|seconds| seconds < 1) {
                report.find(duration.span(), "a lease lasts 1 s or more", "write 15");
            }
        }
        "APIService" => {
            let of = |key: &str| view.key("spec").key(key).word().unwrap_or_default();
            let wanted = format!("{}.{}", of("version"), of("group"));
            if wanted.len() > 1 && object.name != wanted && !object.name.ends_with('.') {
                let what = format!("the API is called {}", quoted(&object.name));
                report.find(object.name_span(), what, format!("call it `{wanted}`"));
            }
        }
        _ => {}
    }
}
