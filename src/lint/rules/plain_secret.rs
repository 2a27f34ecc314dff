//! A secret that stands in the manifest.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::{in_address, is_known, is_secret, is_switch};
use super::default_password;
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Document, Object, View, Workload};

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
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "redis:7", args: [--requirepass, hunter2] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: STORE, value: "amqp://shop:hunter2@queue" }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, args: ["--db-password=hunter2"] }] }
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
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "redis:7", args: [--requirepass, $(PASSWORD)] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: ALLOW_EMPTY_PASSWORD, value: "no" }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }, { name: DB_PASSWORD_FILE, value: /run/secrets/db }, { name: TOKEN, value: "" }, { name: MY_PASSWORD, value: "$(OTHER)" }] }] }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let mut judge = |name: &str, text: &str, span: Span| {
        if text.is_empty() {
            return;
        }
        // A switch is no secret, nor is what says that there is none.
        if is_switch(text) {
            return;
        }
        let refers = text.starts_with("$(") || text.starts_with("${") || text.starts_with('/');
        if text.contains("PRIVATE KEY-----") || is_secret(name) && !refers {
            report.find(
                span,
                format!("{} stands here for everybody to read", quoted(name)),
                "take it from a Secret: `valueFrom: { secretKeyRef: { name: NAME, key: KEY } }`",
            );
        }
    };
    if object.kind == "ConfigMap" {
        for entry in object.view().key("data").entries() {
            let value = View::of(&entry.node);
            let text = value.word().unwrap_or_default();
            let password = Some(text).filter(|text| !text.contains('\n')).and_then(in_address);
            judge(password.map_or(entry.key.as_str(), |_| "PASSWORD"), password.unwrap_or(text), value.span());
        }
    }
    let Some(workload) = Workload::of(object) else { return };
    for container in workload.pod.all() {
        for variable in container.view.key("env").items() {
            let (name, value) = (variable.key("name").word().unwrap_or_default(), variable.key("value"));
            if let Some(password) = value.word().and_then(in_address) {
                judge("PASSWORD", password, value.span());
            } else if !(default_password::is_password(name) && value.word().is_some_and(default_password::is_known)) {
                // Those that everybody knows are told of as such.
                judge(name, value.word().unwrap_or_default(), value.span());
            }
        }
        for word in ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items()) {
            let (flag, value) = word.word().and_then(|word| word.split_once('=')).unwrap_or_default();
            let name = flag.trim_start_matches('-');
            if flag.starts_with('-') && !name.contains(' ') {
                let password = in_address(value);
                judge(password.map_or(name, |_| "PASSWORD"), password.unwrap_or(value), word.span());
            }
        }
        let Some(Document::Redis(config)) = container.started() else { continue };
        for key in ["requirepass", "masterauth"] {
            // Those that everybody knows are told of as such.
            let value = config.value(key).filter(|value| !value.text.contains('$') && !is_known(&value.text));
            if let Some(value) = value {
                judge(key, &value.text, value.span);
            }
        }
    }
}
