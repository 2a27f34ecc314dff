//! A name that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, Workload};
pub(super) const RULE: Rule = Rule {
    id: "bad-name",
    severity: Severity::Error,
    about: "a name that the server does not take",
    docs: "Names of objects are lowercase letters, digits, `-` and, for most kinds, `.`; those of Services, \
        namespaces, containers and ports are one part of a host's name, 63 characters long at most, a port's 15.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: Web_1 }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web.1, image: web:1 }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: 1web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: a-name-too-long-for-it, containerPort: 80 }] }] }
"#,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { labels: { app: web } }\ndata: {}\n",
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web.example-1 }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 80 }] }] }
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "system:Some_Role" }
rules: []
"#,
    ],
    check: Check::Object(check),
};

/// Kinds whose names are one part of a host's name.
const LABELS: &[&str] = &["Service", "Namespace"];

/// Kinds that are objects of the server's and no files of a tool's.
const NAMED: &[&str] = &[
    "ConfigMap",
    "CronJob",
    "ClusterRole",
    "ClusterRoleBinding",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "PriorityClass",
    "ReplicaSet",
    "ReplicationController",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "StorageClass",
];

fn check(object: &Object, report: &mut Report<'_>) {
    let name = object.view().at("metadata.name");
    let metadata = object.view().key("metadata");
    if !name.exists() && !metadata.key("generateName").exists() && NAMED.contains(&object.kind.as_str()) {
        let place = object.view().key_span(if metadata.exists() { "metadata" } else { "kind" });
        report.find(place, format!("this {} has no name", object.kind), "add `metadata: { name: ... }`");
    }
    if let Some(text) = name.word()
        // Those of roles and their bindings may be any part of a path.
        && object.group() != "rbac.authorization.k8s.io"
    {
        let (fits, form) = if object.kind == "StatefulSet" {
            // Its pods' names are names of hosts; one that is too long is told of below.
            (text.len() > 63 || syntax::label(text), syntax::LABEL)
        } else if object.kind == "Service" {
            (syntax::label(text) && text.starts_with(|c: char| c.is_ascii_lowercase()), syntax::LABEL_1035)
        } else if LABELS.contains(&object.kind.as_str()) {
            (syntax::label(text), syntax::LABEL)
        } else {
            (syntax::subdomain(text), syntax::SUBDOMAIN)
        };
        if !fits {
            report.find(name.span(), format!("{} is no name of a {}", quoted(text), object.kind), form);
        }
    }
    // What it makes has its name, and a number behind it.
    let made = match object.kind.as_str() {
        "CronJob" => Some((52, "11 signs of each run's time")),
        "StatefulSet" => Some((63, "a host's name")),
        _ => None,
    };
    if let (Some(text), Some((most, why))) = (name.word(), made)
        && (text.len() > most && syntax::subdomain(text))
    {
        let what = format!("{} is longer than {most}, so there is no room for {why}", quoted(text));
        report.find(name.span(), what, format!("use {most} letters or less"));
    }
    let namespace = object.view().at("metadata.namespace");
    if let Some(text) = namespace.word().filter(|text| !syntax::label(text)) {
        report.find(namespace.span(), format!("{} is no name of a namespace", quoted(text)), syntax::LABEL);
    }
    keys(object, report);
    for finalizer in object.view().at("metadata.finalizers").items() {
        let known = |word: &str| matches!(word, "orphan" | "foregroundDeletion" | "kubernetes");
        if let Some(text) =
            finalizer.word().filter(|text| !(known(text) || text.contains('/') && syntax::qualified(text)))
        {
            let what = format!("{} is no name of a finalizer", quoted(text));
            report.find(finalizer.span(), what, "write it with its domain: `example.com/protect`");
        }
    }
    let claims = object.view().at("spec.volumeClaimTemplates").items().map(|it| it.at("spec.storageClassName"));
    for class in claims.chain([object.view().at("spec.storageClassName")]) {
        if let Some(text) =
            class.word().filter(|text| !text.is_empty() && !text.contains(['$', '{']) && !syntax::subdomain(text))
        {
            report.find(class.span(), format!("{} is no name of a class", quoted(text)), syntax::SUBDOMAIN);
        }
    }
    let Some(workload) = Workload::of(object) else { return };
    for key in ["hostname", "subdomain"] {
        let name = workload.pod.0.key(key);
        if let Some(text) = name.word().filter(|text| !syntax::label(text)) {
            report.find(name.span(), format!("{} is no name of a host", quoted(text)), syntax::LABEL);
        }
    }
    for name in workload.pod.all().flat_map(|it| it.view.key("env").items()).map(|it| it.key("name")) {
        let fits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=');
        if let Some(text) = name.word().filter(|text| !fits(text)) {
            let what = format!("{} is no name of a variable", quoted(text));
            report.find(name.span(), what, "use letters, digits and `_`");
        }
    }
    let volumes = workload.pod.0.key("volumes").items().map(|it| (it.key("name"), "volume"));
    let containers = workload.pod.all().map(|it| (it.view.key("name"), "container"));
    for (name, what) in volumes.chain(containers) {
        if let Some(text) = name.word().filter(|text| !syntax::label(text)) {
            report.find(name.span(), format!("{} is no name of a {what}", quoted(text)), syntax::LABEL);
        }
    }
    for name in workload.pod.all().flat_map(|it| it.view.key("ports").items()).map(|port| port.key("name")) {
        if let Some(text) = name.word().filter(|text| !syntax::port_name(text)) {
            report.find(name.span(), format!("{} is no name of a port", quoted(text)), syntax::PORT_NAME);
        }
    }
}

/// Names of what an object holds.
fn keys(object: &Object, report: &mut Report<'_>) {
    let view = object.view();
    match object.kind.as_str() {
        "ConfigMap" | "Secret" => {
            for entry in ["data", "binaryData", "stringData"].iter().flat_map(|part| view.key(part).entries()) {
                let text = entry.key.as_str();
                let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                if text.is_empty() || text.len() > 253 || !text.chars().all(sign) || matches!(text, "." | "..") {
                    let what = format!("{} is no key of a {}", quoted(text), object.kind);
                    report.find(entry.key_span, what, "use letters, digits, `-`, `_` and `.`: it may become a file");
                }
            }
        }
        "Service" if object.group().is_empty() => {
            for name in view.at("spec.ports").items().map(|port| port.key("name")) {
                if let Some(text) = name.word().filter(|text| !syntax::label(text)) {
                    report.find(name.span(), format!("{} is no name of a port", quoted(text)), syntax::LABEL);
                }
            }
        }
        _ => {}
    }
}
