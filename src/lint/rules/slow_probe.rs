//! A probe that is asked again before it has answered.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "slow-probe",
    severity: Severity::Info,
    about: "a probe that is asked again before it has answered",
    docs: "`timeoutSeconds` is as long as `periodSeconds` or longer: one question waits for the other, and a failure \
        is seen later than the period says.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 5, timeoutSeconds: 10, tcpSocket: { port: 80 } } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 10, timeoutSeconds: 5, tcpSocket: { port: 80 } } }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    for probe in ["liveness", "readiness", "startup"].iter().filter_map(|which| container.probe(which)) {
        let patience = probe.0.key("timeoutSeconds");
        let period = probe.0.key("periodSeconds").integer().unwrap_or(10);
        // One second for each is as short as it gets.
        if patience.integer().is_some_and(|seconds| period > 0 && seconds >= period && seconds > 1) {
            let what = format!("a question each {period} s waits {} s for its answer", patience.integer().unwrap_or(0));
            report.find(patience.span(), what, "wait for less than the period");
        }
    }
}
