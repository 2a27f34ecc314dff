//! A version that loses data by itself.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Document, Project, Workload};

pub(super) const RULE: Rule = Rule {
    id: "corrupting-version",
    severity: Severity::Error,
    about: "a version that loses data by itself",
    docs: "etcd 3.5.0 to 3.5.2 may lose what it has acknowledged when it is killed under load; its makers ask not to run \
        them (etcd 3.5.3 mended it).",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: etcd }
spec: { containers: [{ name: etcd, image: "quay.example.com/coreos/etcd:v3.5.0" }] }
"#,
        "services:\n  etcd:\n    image: bitnami/etcd:3.5.2\n",
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: etcd }
spec: { containers: [{ name: etcd, image: "quay.example.com/coreos/etcd:v3.5.21" }, { name: web, image: "etcd-browser:3.5.0" }] }
"#,
        "services:\n  etcd:\n    image: bitnami/etcd:3.5.3\n",
    ],
    check: Check::Document(check),
};

const VERSIONS: &[&str] = &["3.5.0", "3.5.1", "3.5.2"];

fn check(document: &Document, report: &mut Report<'_>) {
    let mut judge = |image: &str, span: Span| {
        let name = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let Some((program, tag)) = name.split_once(':') else { return };
        let version = tag.trim_start_matches('v').split('-').next().unwrap_or_default();
        if program == "etcd" && VERSIONS.contains(&version) {
            report.find(
                span,
                format!("etcd {} may lose what it has acknowledged", quoted(version)),
                "use 3.5.3 or newer",
            );
        }
    };
    match document {
        Document::Kubernetes(object) => {
            for container in Workload::of(object).iter().flat_map(|it| it.pod.all()) {
                judge(container.image(), container.view.key("image").span());
            }
        }
        Document::Compose(node) => {
            for service in Project::of(node).services {
                judge(service.image(), service.view.key("image").span());
            }
        }
        _ => {}
    }
}
