//! A number below nothing.

use super::super::api::{Check, Report, Rule};
use super::super::tree;
use crate::diagnostic::Severity;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-number",
    severity: Severity::Error,
    about: "a number below nothing",
    docs: "Counts, seconds and ids are 0 or more; the server refuses others.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: -1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], terminationGracePeriodSeconds: -1 }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], securityContext: { runAsUser: -1 } }
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], terminationGracePeriodSeconds: 30, priority: -1 }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    // What users define themselves has its own bounds.
    if object.group().contains('.') && !object.group().ends_with(".k8s.io") {
        return;
    }
    tree::each(object.view().key("spec"), &mut |key, value| {
        if value.integer().is_some_and(|number| number < 0) && NAMES.contains(&key) {
            report.find(value.span(), format!("`{key}` is 0 or more"), "write what it shall be, or remove it");
        }
    });
}

const NAMES: &[&str] = &[
    "activeDeadlineSeconds",
    "backoffLimit",
    "completions",
    "failedJobsHistoryLimit",
    "fsGroup",
    "maxReplicas",
    "minReadySeconds",
    "minReplicas",
    "parallelism",
    "partition",
    "progressDeadlineSeconds",
    "replicas",
    "revisionHistoryLimit",
    "runAsGroup",
    "runAsUser",
    "seconds",
    "start",
    "startingDeadlineSeconds",
    "successfulJobsHistoryLimit",
    "terminationGracePeriodSeconds",
    "ttlSecondsAfterFinished",
];
