//! A kustomization names a file that is not there.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;
use crate::manifest::kustomize;

pub(super) const RULE: Rule = Rule {
    id: kustomize::DANGLING_KUSTOMIZATION,
    severity: Severity::Error,
    about: "a kustomization names a file that is not there",
    docs: "`kubectl apply -k` ends there, and nothing is applied. Paths are seen from the file that names them; what \
        has an address is taken for somebody else's.",
    on: true,
    bad: &[r#"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [deployment.yaml]
"#],
    good: &[r#"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: ["https://example.com/deploy?ref=v1"]
"#],
    check: Check::Kustomization,
};
