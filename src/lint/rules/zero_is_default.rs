//! A number of a probe that is 0, and is read as if it were not there.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "zero-is-default",
    severity: Severity::Warning,
    about: "a number of a probe that is 0, and is read as if it were not there",
    docs: "The server puts its own number in the place of 0: 10 s for the period, 1 s for the patience, 3 failures.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 0, tcpSocket: { port: 80 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { failureThreshold: 0, tcpSocket: { port: 80 } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { initialDelaySeconds: 0, periodSeconds: 1, tcpSocket: { port: 80 } } }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    for probe in ["liveness", "readiness", "startup"].iter().filter_map(|which| container.probe(which)) {
        for (key, default) in DEFAULTS {
            if probe.0.key(key).integer() == Some(0) {
                let what = format!("`{key}: 0` is read as {default}");
                report.find(probe.0.key(key).span(), what, "write what it shall be, or remove it");
            }
        }
    }
}

const DEFAULTS: &[(&str, i64)] =
    &[("periodSeconds", 10), ("timeoutSeconds", 1), ("successThreshold", 1), ("failureThreshold", 3)];
