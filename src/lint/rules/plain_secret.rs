//! A secret that stands in the manifest.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::is_secret;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "plain-secret",
    severity: Severity::Error,
    about: "a secret that stands in the manifest",
    docs: "Whoever reads the repository has it, and every copy and its history. Put it into a Secret that is made \
        elsewhere, and refer to it.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: DB_PASSWORD, value: hunter2 }] }] }
"#,
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { api-token: abcdef }
"#,
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { key.pem: "-----BEGIN RSA PRIVATE KEY-----" }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }, { name: DB_PASSWORD_FILE, value: /run/secrets/db }, { name: TOKEN, value: "" }, { name: MY_PASSWORD, value: "$(OTHER)" }] }] }
"#],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let mut judge = |name: &str, value: View<'_>| {
        let Some(text) = value.word().filter(|text| !text.is_empty()) else { return };
        let refers = text.starts_with("$(") || text.starts_with("${") || text.starts_with('/');
        if text.contains("PRIVATE KEY-----") || is_secret(name) && !refers {
            report.find(
                value.span(),
                format!("{} stands here for everybody to read", quoted(name)),
                "take it from a Secret: `valueFrom: { secretKeyRef: { name: NAME, key: KEY } }`",
            );
        }
    };
    if object.kind == "ConfigMap" {
        for entry in object.view().key("data").entries() {
            judge(&entry.key, View::of(&entry.node));
        }
    }
    let Some(workload) = Workload::of(object) else { return };
    for container in workload.pod.all() {
        for variable in container.view.key("env").items() {
            judge(variable.key("name").word().unwrap_or_default(), variable.key("value"));
        }
    }
}
