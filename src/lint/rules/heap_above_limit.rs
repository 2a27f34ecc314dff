//! A program that is told to take more memory than it may.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, Span};
use crate::manifest::{Container, Document, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "heap-above-limit",
    severity: Severity::Warning,
    about: "a program that is told to take more memory than it may",
    docs: "It grows up to what it is told, and the kernel ends it before, at the limit: always under load. A heap is \
        some three quarters of the limit.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: JAVA_OPTS, value: "-Xms1g -Xmx4g" }], resources: { limits: { memory: 1Gi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: GOMEMLIMIT, value: 1GiB }], resources: { limits: { memory: 256Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, args: [--max-old-space-size=4096], resources: { limits: { memory: 256Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: store }
spec: { containers: [{ name: redis, image: redis:7, args: [--maxmemory, 2gb], resources: { limits: { memory: 512Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: web:1, resources: { limits: { memory: 256Mi } }, volumeMounts: [{ name: tmp, mountPath: /tmp }] }]
  volumes: [{ name: tmp, emptyDir: { medium: Memory, sizeLimit: 2Gi } }]
"#,
        r#"services:
  redis:
    image: redis:7
    command: [redis-server, --maxmemory, 1gb]
    deploy: { resources: { limits: { memory: 512M } } }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - { name: web, image: web:1, env: [{ name: JAVA_OPTS, value: -Xmx768m }], resources: { limits: { memory: 1Gi } } }
  - { name: go, image: go:1, env: [{ name: GOMEMLIMIT, value: 200MiB }], resources: { limits: { memory: 256Mi } }, volumeMounts: [{ name: tmp, mountPath: /tmp }] }
  - { name: redis, image: redis:7, args: [--maxmemory, 400mb], resources: { limits: { memory: 512Mi } } }
  - { name: free, image: web:1, env: [{ name: JAVA_OPTS, value: -Xmx768m }] }
  volumes: [{ name: tmp, emptyDir: { medium: Memory, sizeLimit: 64Mi } }]
"#,
        r#"services:
  redis:
    image: redis:7
    command: [redis-server, --maxmemory, 400mb]
    mem_limit: 512m
"#,
    ],
    check: Check::Document(check),
};

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Kubernetes(object) => {
            let Some(workload) = Workload::of(object) else { return };
            for container in workload.pod.all() {
                of_container(&container, report);
                in_memory(&container, &workload, report);
            }
        }
        Document::Compose(node) => {
            for service in crate::manifest::Project::of(node).services {
                let limit = [service.view.at("deploy.resources.limits.memory"), service.view.key("mem_limit")];
                let Some(limit) = limit.into_iter().find_map(View::word).and_then(syntax::bytes) else { continue };
                let words = service.words();
                let texts = words.iter().map(|word| (word.text.as_str(), word.span));
                let variables = service.pairs("environment");
                judge(texts.collect(), variables, limit, report);
            }
        }
        _ => {}
    }
}

fn of_container(container: &Container<'_>, report: &mut Report<'_>) {
    let limit = container.view.at("resources.limits.memory").word().and_then(syntax::quantity);
    let Some(limit) = limit else { return };
    let lists = ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items());
    let words = lists.filter_map(|item| Some((item.word()?, item.span()))).collect();
    let variables = container.view.key("env").items().filter_map(|it| {
        let value = it.key("value");
        Some((it.key("name").word()?, value.word()?, value.span()))
    });
    judge(words, variables.collect(), limit, report);
}

fn judge(words: Vec<(&str, Span)>, variables: Vec<(&str, &str, Span)>, limit: f64, report: &mut Report<'_>) {
    let mut say = |span: Span, told: Option<f64>| {
        // Redis' data and a heap are not all that a program takes.
        if told.is_some_and(|told| told >= limit) {
            let what = "the program is told to take as much memory as it may have, or more";
            report.find(span, what, "tell it three quarters of the limit, or raise that");
        }
    };
    for (name, text, span) in &variables {
        if *name == "GOMEMLIMIT" {
            // Go's own limit holds everything: it may come near.
            say(*span, syntax::bytes(text).map(|told| told * 0.999));
        }
    }
    let texts = words.iter().map(|(text, span)| (*text, *span));
    let valued = variables.iter().map(|(_, text, span)| (*text, *span));
    for (text, span) in texts.chain(valued) {
        for part in text.split_whitespace() {
            if let Some(heap) = part.strip_prefix("-Xmx") {
                say(span, syntax::bytes(heap));
            } else if let Some(heap) = part.strip_prefix("--max-old-space-size=") {
                say(span, heap.parse::<f64>().ok().map(|megabytes| megabytes * 1_048_576.0));
            } else if let Some(data) = part.strip_prefix("--maxmemory=") {
                say(span, syntax::bytes(data));
            }
        }
    }
    for two in words.windows(2) {
        if two[0].0 == "--maxmemory" {
            say(two[1].1, syntax::bytes(two[1].0));
        }
    }
}

/// A volume in memory counts as its containers' own.
fn in_memory(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let limit = container.view.at("resources.limits.memory").word().and_then(syntax::quantity);
    let Some(limit) = limit else { return };
    for mount in container.view.key("volumeMounts").items() {
        let name = mount.key("name").word();
        let volume = workload.pod.0.key("volumes").items().find(|it| it.key("name").word() == name);
        let Some(directory) = volume.map(|it| it.key("emptyDir")) else { continue };
        let size = directory.key("sizeLimit");
        let memory = directory.key("medium").word() == Some("Memory");
        if memory && size.word().and_then(syntax::quantity).is_some_and(|size| size > limit) {
            let what = "what fills this volume is memory, and more than its containers may have";
            report.find(size.span(), what, "write less than their limit of memory");
        }
    }
}
