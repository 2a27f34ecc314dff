//! A startup probe with less patience than the liveness probe.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "impatient-startup",
    severity: Severity::Warning,
    about: "a startup probe with less patience than the liveness probe",
    docs: "It is there to give a start more time, and gives less: a start that takes longer is killed, again and \
        again.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 }, livenessProbe: { tcpSocket: { port: 80 } } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 30 }, livenessProbe: { tcpSocket: { port: 80 } } }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let (Some(start), Some(alive)) = (container.probe("startup"), container.probe("liveness")) else { return };
    let delay = start.0.key("initialDelaySeconds").integer().unwrap_or(0);
    if start.patience() + delay < alive.patience() {
        let threshold = start.0.key("failureThreshold");
        let span = if threshold.exists() { threshold.span() } else { start.0.span() };
        let what = format!(
            "a start of `{}` has {} s, less than the {} s that it has when it runs",
            container.name(),
            start.patience() + delay,
            alive.patience()
        );
        report.find(span, what, "raise its `failureThreshold`: 30 are five minutes");
    }
}
