//! A webhook that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-webhook",
    severity: Severity::Error,
    about: "a webhook that the server does not take",
    docs: "A webhook has a name of three parts or more, says which versions of reviews it reads, and is asked at a \
        service or at an address with https; operations are words in capitals, and `*` stands alone.",
    on: true,
    bad: &[
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: image-policy }
webhooks:
- name: image-policy
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: { service: { name: image-policy, namespace: ops } }
"#,
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: image-policy }
webhooks:
- name: image-policy.example.com
  admissionReviewVersions: []
  sideEffects: Some
  timeoutSeconds: 60
  clientConfig: { url: "http://hook.example.com/v" }
  rules: [{ apiGroups: [""], apiVersions: [v1], operations: [Create], resources: [pods, "*"], scope: Namespace }]
"#,
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: a }
spec: { policyName: a, validationActions: [Deny, Warn] }
"#,
    ],
    good: &[
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: image-policy }
webhooks:
- name: image-policy.example.com
  admissionReviewVersions: [v1]
  sideEffects: NoneOnDryRun
  timeoutSeconds: 3
  clientConfig: { service: { name: image-policy, namespace: ops, path: /v } }
  rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [pods, pods/status], scope: "*" }]
"#,
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: a }
spec: { policyName: a, validationActions: [Deny, Audit] }
"#,
    ],
    check: Check::Object(check),
};

const OPERATIONS: &[&str] = &["CREATE", "UPDATE", "DELETE", "CONNECT", "*"];
const EFFECTS: &[&str] = &["None", "NoneOnDryRun"];
const SCOPES: &[&str] = &["Cluster", "Namespaced", "*"];
const ACTIONS: &[&str] = &["Deny", "Warn", "Audit"];

fn check(object: &Object, report: &mut Report<'_>) {
    if object.group() != "admissionregistration.k8s.io" {
        return;
    }
    match object.kind.as_str() {
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            object.view().key("webhooks").items().for_each(|hook| webhook(hook, report));
        }
        "ValidatingAdmissionPolicyBinding" => {
            let actions = object.view().at("spec.validationActions");
            actions.items().for_each(|action| one_of(action, ACTIONS, report));
            let named = |name: &str| actions.items().find(|action| action.word() == Some(name));
            if let (Some(_), Some(warn)) = (named("Deny"), named("Warn")) {
                report.find(warn.span(), "what is denied is not warned of too", "keep `Deny` or `Warn`");
            }
        }
        _ => {}
    }
}

fn one_of(value: View<'_>, words: &[&str], report: &mut Report<'_>) {
    if let Some(word) = value.word().filter(|word| !words.contains(word)) {
        let known = words.join("`, `");
        report.find(value.span(), format!("{} is none of `{known}`", quoted(word)), format!("write one of `{known}`"));
    }
}

fn webhook(hook: View<'_>, report: &mut Report<'_>) {
    let name = hook.key("name");
    if let Some(word) = name.word().filter(|word| !syntax::subdomain(word) || word.split('.').count() < 3) {
        report.find(
            name.span(),
            format!("{} is no name of a webhook", quoted(word)),
            "use a name of three parts or more: `image-policy.example.com`",
        );
    }
    one_of(hook.key("sideEffects"), EFFECTS, report);
    let versions = hook.key("admissionReviewVersions");
    if versions.exists() && versions.items().len() == 0 {
        report.find(versions.span(), "the webhook reads no version of reviews", "write `[v1]`");
    }
    let timeout = hook.key("timeoutSeconds");
    if timeout.integer().is_some_and(|seconds| !(1..=30).contains(&seconds)) {
        report.find(timeout.span(), "the server waits for 1 to 30 s", "write 1 to 30, better below 5");
    }
    client(hook.key("clientConfig"), report);
    for rule in hook.key("rules").items() {
        rule.key("operations").items().for_each(|it| one_of(it, OPERATIONS, report));
        one_of(rule.key("scope"), SCOPES, report);
        for list in ["operations", "apiGroups", "apiVersions", "resources"] {
            let all = rule.key(list).items().find(|item| item.word() == Some("*"));
            // With subresources `*` is all resources, and not theirs.
            let others = rule.key(list).items().filter(|item| item.word().is_some_and(|it| !it.contains('/')));
            if let Some(all) = all.filter(|_| others.count() > 1) {
                report.find(all.span(), format!("`*` in `{list}` stands alone"), "remove it, or the others");
            }
        }
    }
}

fn client(config: View<'_>, report: &mut Report<'_>) {
    let (url, service) = (config.key("url"), config.key("service"));
    if config.exists() && url.exists() == service.exists() {
        let place = if url.exists() { config.key_span("url") } else { config.span() };
        report.find(place, "a webhook is asked at an address or at a service", "keep one of `url` and `service`");
    }
    if url.word().is_some_and(|word| !word.starts_with("https://")) {
        report.find(url.span(), "webhooks are asked by https alone", "write `https://`");
    }
    let path = service.key("path");
    if path.word().is_some_and(|word| !word.starts_with('/')) {
        report.find(path.span(), "a path begins with `/`", "write `/` before it");
    }
    let port = service.key("port");
    if port.integer().is_some_and(|port| !(1..=65535).contains(&port)) {
        report.find(port.span(), "a port is 1 to 65535", "write the service's port");
    }
}
