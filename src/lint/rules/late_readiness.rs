//! A pod that gets requests long after it has broken.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "late-readiness",
    severity: Severity::Warning,
    about: "a pod that gets requests long after it has broken",
    docs: "The readiness probe takes more than two minutes to see it: until then every request that comes there \
        fails.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 120, tcpSocket: { port: 80 } } }] }
"#],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: 10, failureThreshold: 3, tcpSocket: { port: 80 } } }] }
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let Some(probe) = container.probe("readiness") else { return };
    if probe.patience() > 121 {
        let place = ["periodSeconds", "failureThreshold"].map(|key| probe.0.key(key));
        let most = place.into_iter().max_by_key(|it| it.integer().unwrap_or(0)).filter(|it| it.exists());
        let span = most.map_or(probe.0.span(), |it| it.span());
        let what = format!("`{}` gets requests for {} s after it has broken", container.name(), probe.patience());
        report.find(span, what, "ask each 10 s, and let 3 failures be enough");
    }
}
