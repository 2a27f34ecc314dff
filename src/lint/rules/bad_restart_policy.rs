//! A restart policy that the kind does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "bad-restart-policy",
    severity: Severity::Error,
    about: "a restart policy that the kind does not take",
    docs: "Pods of Deployments, StatefulSets and DaemonSets are always restarted; those of Jobs are not: `OnFailure` \
        or `Never`.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      restartPolicy: Never
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      restartPolicy: Always
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], restartPolicy: Never }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let policy = workload.pod.0.key("restartPolicy");
    let word = policy.word().unwrap_or("Always");
    let span = if policy.exists() { policy.span() } else { workload.template.key_span("spec") };
    if !workload.runs_on() {
        if word == "Always" {
            report.find(
                span,
                "a job that is always restarted never ends",
                "set `restartPolicy: OnFailure`, or `Never`",
            );
        }
    } else if workload.kind() != "Pod" && word != "Always" {
        report.find(span, format!("pods of a {} are always restarted", workload.kind()), "remove `restartPolicy`");
    }
}
