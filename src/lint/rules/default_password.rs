//! A password that everybody knows.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Object, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "default-password",
    severity: Severity::Error,
    about: "a password that everybody knows",
    docs: "It is the first that is tried.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: REDIS_PASSWORD, value: changeme }] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, args: [--requirepass, redis] }] }
"#,
        r#"apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { password: admin }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, args: [--requirepass, "$(REDIS_PASSWORD)"] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: USER, value: admin }] }] }
"#,
    ],
    check: Check::Object(check),
};

const KNOWN: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "admin",
    "root",
    "secret",
    "changeme",
    "change-me",
    "default",
    "redis",
    "postgres",
    "mysql",
    "guest",
    "test",
    "123456",
    "12345678",
    "qwerty",
    "letmein",
    "foobared",
];
/// Flags whose next word is a password.
const FLAGS: &[&str] = &["--requirepass", "--masterauth", "--password", "-a"];

pub(super) fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("password") || name.ends_with("passwd") || name.ends_with("_pass") || name.ends_with("secret")
}

pub(super) fn is_known(password: &str) -> bool {
    KNOWN.contains(&password.to_ascii_lowercase().as_str())
}

fn check(object: &Object, report: &mut Report<'_>) {
    let known = |value: View<'_>| value.word().is_some_and(is_known);
    let mut say = |value: View<'_>| {
        report.find(
            value.span(),
            format!("everybody knows the password {}", quoted(value.word().unwrap_or_default())),
            "make a long random one, outside of the repository",
        );
    };
    if object.kind == "Secret" {
        for entry in object.view().key("stringData").entries().iter().filter(|it| is_password(&it.key)) {
            if known(View::of(&entry.node)) {
                say(View::of(&entry.node));
            }
        }
    }
    let Some(workload) = Workload::of(object) else { return };
    for container in workload.pod.all() {
        let variables = container.view.key("env").items().filter(|it| it.key("name").word().is_some_and(is_password));
        for value in variables.map(|it| it.key("value")).filter(|value| known(*value)) {
            say(value);
        }
        for list in ["command", "args"] {
            let words: Vec<View<'_>> = container.view.key(list).items().collect();
            for two in words.windows(2) {
                if two[0].word().is_some_and(|flag| FLAGS.contains(&flag)) && known(two[1]) {
                    say(two[1]);
                }
            }
        }
    }
}
