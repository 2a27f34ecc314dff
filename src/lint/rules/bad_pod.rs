//! A pod that the server does not take.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-pod",
    severity: Severity::Error,
    about: "a pod that the server does not take",
    docs: "What is for jobs alone, or for init containers alone, or is set by admission from a class, is refused where \
        somebody writes it elsewhere.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { activeDeadlineSeconds: 3600, containers: [{ name: web, image: web:1 }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, restartPolicy: Always }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { priority: 1000, os: { name: win }, containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { overhead: { cpu: 10m }, schedulingGates: [{ name: a }, { name: a }], containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { readinessGates: [{ conditionType: my gate }], runtimeClassName: gVisor_1, containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, command: ["/bin/web --listen=:8080"] }] }
"#,
    ],
    good: &[
        r#"apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { template: { spec: { restartPolicy: Never, activeDeadlineSeconds: 3600, containers: [{ name: web, image: web:1, command: [sh, -c, "/bin/web --listen"] }] } } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  priorityClassName: a
  priority: 1000
  os: { name: linux }
  runtimeClassName: gvisor
  overhead: { cpu: 10m }
  schedulingGates: [{ name: a }, { name: b }]
  readinessGates: [{ conditionType: example.com/ready }]
  initContainers: [{ name: a, image: a:1, restartPolicy: Always }]
  containers: [{ name: web, image: web:1, command: ["/bin/my program"] }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let pod = workload.pod.0;
    if workload.runs_on() && workload.kind() != "Pod" && pod.key("activeDeadlineSeconds").exists() {
        let what = format!("pods of a {} have no deadline", workload.kind());
        report.find(pod.key_span("activeDeadlineSeconds"), what, "remove it: it is for jobs");
    }
    for container in workload.pod.all() {
        let policy = container.view.key("restartPolicy");
        if policy.exists() && !container.init {
            let what = "`restartPolicy` of a container is for init containers";
            report.find(container.view.key_span("restartPolicy"), what, "remove it: the pod has one");
        }
        let mut words = container.view.key("command").items();
        // A program may have a blank in its name, and no flag.
        if let (Some(first), true) = (words.next(), words.next().is_none())
            && first.word().is_some_and(|word| word.contains(" -") && !word.contains('\n'))
        {
            let what = "the whole line stands as one word: no program is called so";
            report.find(first.span(), what, "write each word as an item of its own, the flags under `args`");
        }
    }
    let given = |key: &str, class: &str| pod.key(key).exists() && !pod.key(class).exists();
    if given("priority", "priorityClassName") {
        report.find(pod.key_span("priority"), "a priority comes from a class", "write `priorityClassName`");
    }
    if given("overhead", "runtimeClassName") {
        report.find(pod.key_span("overhead"), "an overhead comes from a class", "write `runtimeClassName`");
    }
    let mut judge = |value: View<'_>, fits: &dyn Fn(&str) -> bool, what: &str, mend: &str| {
        if let Some(word) = value.word().filter(|word| !fits(word)) {
            report.find(value.span(), format!("{} is no {what}", quoted(word)), mend);
        }
    };
    judge(
        pod.at("os.name"),
        &|word| matches!(word, "linux" | "windows"),
        "system that nodes have",
        "write `linux` or `windows`",
    );
    judge(pod.key("runtimeClassName"), &syntax::subdomain, "name of a class", syntax::SUBDOMAIN);
    for gate in pod.key("readinessGates").items() {
        judge(gate.key("conditionType"), &syntax::qualified, "type of a condition", syntax::QUALIFIED);
    }
    let mut seen = HashSet::new();
    for name in pod.key("schedulingGates").items().map(|gate| gate.key("name")) {
        if name.word().is_some_and(|word| !seen.insert(word)) {
            report.find(name.span(), "the gate stands there twice", "keep one");
        }
    }
}
