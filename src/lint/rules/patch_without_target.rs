//! A patch that changes nothing, or cannot be applied.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;
use crate::manifest::kustomize;

pub(super) const RULE: Rule = Rule {
    id: kustomize::PATCH_WITHOUT_TARGET,
    severity: Severity::Error,
    about: "a patch that changes nothing, or cannot be applied",
    docs: "`kubectl apply -k` refuses a patch that means no object, or an operation on what an object does not have: \
        the name of the object is misspelt, or was changed in its own file alone.",
    on: true,
    bad: &[r#"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: wbe }
    spec: { replicas: 3 }
"#],
    good: &[r#"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator:
- { name: web, literals: [color=green] }
patches:
- target: { kind: ConfigMap, name: web }
  patch: |-
    - { op: replace, path: /data/color, value: blue }
"#],
    check: Check::Kustomization,
};
