//! A probe that the server does not take, or that asks where nobody answers.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-probe",
    severity: Severity::Error,
    about: "a probe that the server does not take, or that asks where nobody answers",
    docs: "Liveness and startup probes succeed at the first good answer: their `successThreshold` is 1. Times are not \
        negative. A named port is one of the container's own. Readiness ends nothing, and has no grace period.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: \"web:1\", livenessProbe: { terminationGracePeriodSeconds: 0, tcpSocket: { port: 80 } } }] }\n",
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, livenessProbe: { successThreshold: 2, tcpSocket: { port: 80 } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { httpGet: { port: http } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, readinessProbe: { periodSeconds: -1, tcpSocket: { port: 80 } } }] }
"#,
    ],
    good: &[r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 80 }], readinessProbe: { successThreshold: 2, httpGet: { port: http } } }] }
"#],
    check: Check::Container(check),
};
fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    // On the node's own network that is the pod too.
    let on_node = workload.pod.0.key("hostNetwork").is_true();
    for which in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = container.view.key(which);
        let successes = probe.key("successThreshold");
        if which != "readinessProbe" && successes.integer().is_some_and(|count| count != 1) {
            report.find(successes.span(), format!("`successThreshold` of `{which}` is 1"), "remove it");
        }
        let delay = probe.key("initialDelaySeconds");
        if delay.integer().is_some_and(|seconds| seconds < 0) {
            report.find(delay.span(), "`initialDelaySeconds` is 0 or more", "write 0 or more, or remove it");
        }
        for name in probe.at("httpGet.httpHeaders").items().map(|header| header.key("name")) {
            let sign = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if let Some(word) = name.word().filter(|word| word.is_empty() || !word.chars().all(sign)) {
                report.find(name.span(), format!("{} is no name of a header", quoted(word)), "use letters and `-`");
            }
        }
        let host = probe.at("httpGet.host");
        if !on_node && host.word().is_some_and(|word| word.starts_with("127.") || word == "localhost") {
            report.find(
                host.span(),
                "the node asks, and this is the node itself",
                "remove `host`: the pod is asked then",
            );
        }
        for key in ["periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"] {
            if probe.key(key).integer().is_some_and(|count| count < 0) {
                report.find(probe.key(key).span(), format!("`{key}` is 1 or more"), "write 1 or more, or remove it");
            }
        }
        let grace = probe.key("terminationGracePeriodSeconds");
        if which != "readinessProbe" && grace.integer().is_some_and(|seconds| seconds < 1) {
            report.find(grace.span(), "`terminationGracePeriodSeconds` is 1 or more", "write what an end takes: 30");
        }
        if which == "readinessProbe" && grace.exists() {
            let span = probe.key_span("terminationGracePeriodSeconds");
            report.find(span, "a readiness probe ends nothing, and has no grace period", "remove it");
        }
        let command = probe.at("exec.command");
        if probe.key("exec").exists() && command.items().len() == 0 {
            report.find(probe.key_span("exec"), "`exec` says no command", "add `command`");
        }
        for how in ["httpGet", "tcpSocket"] {
            let port = probe.key(how).key("port");
            let named = port.text().filter(|text| text.parse::<u16>().is_err());
            let has = |name: &str| container.view.key("ports").items().any(|it| it.key("name").word() == Some(name));
            if let Some(name) = named.filter(|name| !has(name)) {
                report.find(
                    port.span(),
                    format!("`{}` has no port {}", container.name(), quoted(name)),
                    "name one of its `ports`, or write the number",
                );
            }
        }
    }
}
