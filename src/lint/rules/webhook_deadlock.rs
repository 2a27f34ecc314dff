//! A webhook that keeps out the pods that answer it.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::manifest::View;

pub(super) const RULE: Rule = Rule {
    id: "webhook-deadlock",
    severity: Severity::Warning,
    about: "a webhook that keeps out the pods that answer it",
    docs: "With `failurePolicy: Fail` no pod is made while nobody answers, the webhook's own pods neither: after the loss of \
        all of them none ever starts again. Leave its own namespace out, and `kube-system`.",
    on: true,
    bad: &[r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: a }
webhooks:
- name: pods.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig: { service: { name: policy, namespace: ops } }
  rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
"#],
    good: &[
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: a }
webhooks:
- name: pods.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [ops, kube-system] }] }
  clientConfig: { service: { name: policy, namespace: ops } }
  rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
"#,
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: a }
webhooks:
- name: widgets.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig: { service: { name: policy, namespace: ops } }
  rules: [{ apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [widgets] }]
"#,
    ],
    check: Check::Cluster(check),
};

const KINDS: &[&str] = &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in KINDS.iter().flat_map(|kind| cluster.of_kind(kind)) {
        for hook in object.view().key("webhooks").items() {
            // The default of v1.
            let fails = hook.key("failurePolicy").word().unwrap_or("Fail") == "Fail";
            let chosen = ["namespaceSelector", "objectSelector", "matchConditions"]
                .iter()
                .any(|key| !hook.key(key).entries().is_empty() || hook.key(key).items().len() > 0);
            let here = hook.at("clientConfig.service").exists();
            if fails && !chosen && here && hook.key("rules").items().any(of_pods) {
                let place =
                    if hook.key("failurePolicy").exists() { hook.key("failurePolicy") } else { hook.key("name") };
                report.about(object);
                report.find(
                    place.span(),
                    "no pod is made while nobody answers, not even those that would",
                    "leave its own namespace and `kube-system` out by `namespaceSelector`, or write `Ignore`",
                );
            }
        }
    }
}

fn of_pods(rule: View<'_>) -> bool {
    let has =
        |key: &str, words: &[&str]| rule.key(key).items().any(|it| it.word().is_some_and(|it| words.contains(&it)));
    has("apiGroups", &["", "*"]) && has("resources", &["pods", "*", "*/*"]) && has("operations", &["CREATE", "*"])
}
