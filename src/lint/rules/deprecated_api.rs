//! An API version that is on its way out.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "deprecated-api",
    severity: Severity::Warning,
    about: "an API version that goes with a later Kubernetes",
    docs: "The server still takes it, and warns. A beta version goes some versions after the same kind is stable, and \
        with it every manifest that names it: the next upgrade of the cluster fails, not this one.",
    on: true,
    bad: &["apiVersion: v1\nkind: Endpoints\nmetadata: { name: web }\nsubsets: []\n"],
    good: &[
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: web }\naddressType: IPv4\nendpoints: []\n",
    ],
    check: Check::Schema,
};

/// Kinds that no other version of theirs replaces: since when they are on their way out, and what is used instead.
const GOES: &[(&str, &str, u8, &str)] = &[
    ("v1", "Endpoints", 33, "use `apiVersion: discovery.k8s.io/v1` and `kind: EndpointSlice`"),
    ("v1", "ComponentStatus", 19, "ask the parts of the control plane themselves"),
];

/// What is to be done about a kind that is on its way out in a version of Kubernetes.
pub(crate) fn deprecated(api_version: &str, kind: &str, minor: u8) -> Option<&'static str> {
    let is =
        |(group, name, since, _): &&(&str, &str, u8, &str)| *group == api_version && *name == kind && *since <= minor;
    GOES.iter().find(is).map(|(.., instead)| *instead)
}
