//! A webhook that calls a Service that is not there.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    id: "dangling-webhook",
    severity: Severity::Warning,
    about: "a webhook that calls a Service that is not there",
    docs: "With `failurePolicy: Fail`, which is the default, the server refuses every object that it would be asked \
        about; an API that a Service answers for is not there.",
    on: true,
    bad: &[r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: web }
webhooks: [{ name: a.example.com, failurePolicy: Fail, clientConfig: { service: { name: hook, namespace: default } }, sideEffects: None, admissionReviewVersions: [v1] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
"#],
    good: &[
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: web }
webhooks: [{ name: a.example.com, failurePolicy: Fail, clientConfig: { service: { name: web, namespace: default } }, sideEffects: None, admissionReviewVersions: [v1] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: web }
webhooks: [{ name: a.example.com, failurePolicy: Fail, clientConfig: { service: { name: hook, namespace: default } }, sideEffects: None, admissionReviewVersions: [v1] }]
"#,
    ],
    check: Check::Cluster(check),
};

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    // Services of a namespace of which nothing stands here are somebody else's.
    let namespaces: HashSet<&str> = cluster.of_kind("Service").map(|it| it.namespace.as_str()).collect();
    let hooks = KINDS.iter().flat_map(|kind| cluster.of_kind(kind));
    for object in hooks {
        let of_hooks = object.view().key("webhooks").items().map(|hook| hook.at("clientConfig.service"));
        for service in of_hooks.chain([object.view().at("spec.service")]) {
            let (name, namespace) = (service.key("name"), service.key("namespace").word().unwrap_or_default());
            if let Some(word) = name.word().filter(|_| namespaces.contains(namespace))
                && cluster.find("Service", namespace, word).is_none()
                && !cluster.is_external("Service", word)
            {
                report.about(object);
                let what = format!("there is no Service {} among these manifests", quoted(word));
                report.find(name.span(), what, "name the Service that answers");
            }
        }
    }
}

const KINDS: &[&str] = &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService"];
