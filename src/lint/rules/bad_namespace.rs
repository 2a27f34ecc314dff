//! A namespace with a standard for pods that there is not.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, did_you_mean, quoted};
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-namespace",
    severity: Severity::Error,
    about: "a namespace with a standard for pods that there is not",
    docs: "The labels `pod-security.kubernetes.io/enforce`, `warn` and `audit` say `privileged`, `baseline` or \
        `restricted`, and with `-version` behind them `latest` or a version of Kubernetes.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Namespace
metadata: { name: a, labels: { pod-security.kubernetes.io/enforce: strict } }
"#,
        r#"apiVersion: v1
kind: Namespace
metadata: { name: a, labels: { pod-security.kubernetes.io/enforce-version: v1.99x, pod-security.kubernetes.io/enforced: restricted } }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Namespace
metadata: { name: a, labels: { pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn-version: v1.33 } }
"#],
    check: Check::Object(check),
};

const PREFIX: &str = "pod-security.kubernetes.io/";
const MODES: &[&str] = &["enforce", "warn", "audit", "enforce-version", "warn-version", "audit-version"];
const LEVELS: &[&str] = &["privileged", "baseline", "restricted"];

fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "Namespace" {
        return;
    }
    for entry in object.view().at("metadata.labels").entries() {
        let Some(mode) = entry.key.strip_prefix(PREFIX) else { continue };
        let value = crate::manifest::View::of(&entry.node);
        let Some(word) = value.word() else { continue };
        if !MODES.contains(&mode) {
            let near = did_you_mean(mode, MODES.iter().copied()).unwrap_or("enforce");
            report.find(
                entry.key_span,
                format!("no label is called {}", quoted(&entry.key)),
                format!("write `{PREFIX}{near}`"),
            );
        } else if mode.ends_with("-version") {
            let minor = word.strip_prefix("v1.").is_some_and(|minor| minor.parse::<u16>().is_ok());
            if word != "latest" && !minor {
                report.find(value.span(), format!("{} is no version", quoted(word)), "write `latest`, or `v1.33`");
            }
        } else if !LEVELS.contains(&word) {
            let what = format!("{} is no standard for pods", quoted(word));
            report.find(value.span(), what, "write `privileged`, `baseline` or `restricted`");
        }
    }
}
