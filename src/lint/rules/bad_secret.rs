//! A Secret that lacks what its type is for.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-secret",
    severity: Severity::Error,
    about: "a Secret that lacks what its type is for",
    docs: "The server refuses a Secret of a type of its own without the keys of that type; a key stands in one of `data` \
        and `binaryData` of a ConfigMap.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Secret
metadata: { name: a }
type: kubernetes.io/tls
data: { tls.crt: aGVsbG8= }
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: a }
type: kubernetes.io/service-account-token
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: a }
type: kubernetes.io/dockerconfigjson
data: { .dockerconfigjson: aGVsbG8= }
"#,
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { LEVEL: info }
binaryData: { LEVEL: aGk= }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Secret
metadata: { name: a }
type: kubernetes.io/tls
stringData: { tls.crt: a, tls.key: b }
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: a, annotations: { kubernetes.io/service-account.name: web } }
type: kubernetes.io/service-account-token
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: a }
type: kubernetes.io/dockerconfigjson
data: { .dockerconfigjson: e30= }
"#,
    ],
    check: Check::Object(check),
};

/// The keys that a type must have.
const TYPES: &[(&str, &[&str])] = &[
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
];
const ACCOUNT: &str = "kubernetes.io/service-account.name";

fn check(object: &Object, report: &mut Report<'_>) {
    let view = object.view();
    match object.kind.as_str() {
        "ConfigMap" if object.group().is_empty() => {
            for entry in view.key("binaryData").entries() {
                if view.key("data").key(&entry.key).node().is_some() {
                    let what = format!("{} stands in `data` too", quoted(&entry.key));
                    report.find(entry.key_span, what, "keep one");
                }
            }
        }
        "Secret" if object.group().is_empty() => {
            let kind = view.key("type");
            let known = TYPES.iter().find(|(name, _)| kind.word() == Some(name));
            let keys = || known.into_iter().flat_map(|(_, keys)| *keys);
            let has = |key: &&&str| ["data", "stringData"].iter().any(|part| view.key(part).key(key).exists());
            let missing: Vec<String> = keys().filter(|key| !has(key)).map(|key| format!("`{key}`")).collect();
            if !missing.is_empty() {
                let what = format!("a Secret of this type has {}", missing.join(" and "));
                report.find(kind.span(), what, format!("add {}, or write `type: Opaque`", missing.join(" and ")));
            }
            for value in keys().filter(|key| key.starts_with(".docker")).map(|key| view.key("data").key(key)) {
                // An object of JSON begins with a brace, or with white space: e, I, C, D in base64.
                let json = |text: &str| text.is_empty() || text.starts_with(['e', 'I', 'C', 'D', '$', '{']);
                if value.word().is_some_and(|text| !json(text)) {
                    report.find(value.span(), "this is no object of JSON", "encode the whole file of docker login");
                }
            }
            let account = view.at("metadata.annotations").key(ACCOUNT);
            if kind.word() == Some("kubernetes.io/service-account-token") && !account.exists() {
                let what = "nobody knows whose token this is";
                report.find(kind.span(), what, format!("add the annotation `{ACCOUNT}`"));
            }
        }
        _ => {}
    }
}
