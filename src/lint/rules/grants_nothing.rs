//! Rights to what there is not.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "grants-nothing",
    severity: Severity::Error,
    about: "rights to what there is not",
    docs: "Groups of APIs stand without their version (`\"\"` is the core), resources in lowercase and in the plural, and \
        deeds are those that the server knows. It takes other words without a word, and grants nothing by them.",
    on: true,
    bad: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [v1], resources: [pods], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [batch/v1], resources: [Jobs], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [""], resources: [pod], verbs: [remove] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [create] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: a }
rules: [{ nonResourceURLs: [metrics], verbs: [get] }]
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [""], resources: [deployments], verbs: [get] }]
"#,
    ],
    good: &[
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: a }
rules:
- { apiGroups: ["", apps, example.com], resources: [pods, pods/log, deployments, endpoints, widgets], verbs: ["*"] }
- { apiGroups: [policy], resources: [podsecuritypolicies], resourceNames: [a], verbs: [use, get, patch] }
- { nonResourceURLs: [/metrics, "*"], verbs: [get, post] }
- { apiGroups: [example.com], resources: [things], verbs: [manage] }
"#,
        r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a }
rules: [{ apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [a], verbs: [get, create, update] }]
"#,
    ],
    check: Check::Object(check),
};

/// Deeds that people write and the server does not know, and what they mean.
const DEEDS: &[(&str, &str)] = &[
    ("add", "create"),
    ("put", "update"),
    ("post", "create"),
    ("edit", "update"),
    ("modify", "update"),
    ("write", "create, update, patch"),
    ("read", "get"),
    ("view", "get"),
    ("show", "get"),
    ("remove", "delete"),
    ("destroy", "delete"),
    ("all", "*"),
    ("any", "*"),
];
/// Resources by their group, with no other group that has one of that name.
const RESOURCES: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "pods",
            "services",
            "configmaps",
            "secrets",
            "serviceaccounts",
            "namespaces",
            "nodes",
            "persistentvolumes",
            "persistentvolumeclaims",
            "replicationcontrollers",
            "resourcequotas",
            "limitranges",
            "endpoints",
        ],
    ),
    ("apps", &["deployments", "statefulsets", "daemonsets", "replicasets", "controllerrevisions"]),
    ("batch", &["jobs", "cronjobs"]),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("policy", &["poddisruptionbudgets"]),
    ("networking.k8s.io", &["ingresses", "networkpolicies", "ingressclasses"]),
    ("rbac.authorization.k8s.io", &["roles", "rolebindings", "clusterroles", "clusterrolebindings"]),
    ("coordination.k8s.io", &["leases"]),
    ("storage.k8s.io", &["storageclasses", "csidrivers", "volumeattachments"]),
];
/// Kinds that had another group once, or are in two.
const OLD_GROUPS: &[&str] = &["extensions", "policy/v1beta1"];

fn check(object: &Object, report: &mut Report<'_>) {
    if !matches!(object.kind.as_str(), "Role" | "ClusterRole") || object.group() != "rbac.authorization.k8s.io" {
        return;
    }
    for rule in object.view().key("rules").items() {
        let words = |key: &str| rule.key(key).items().filter_map(View::word).collect::<Vec<_>>();
        for group in rule.key("apiGroups").items() {
            let Some(word) = group.word() else { continue };
            let version = |text: &str| {
                text.starts_with('v') && text[1..].starts_with(|c: char| c.is_ascii_digit()) && !text.contains('.')
            };
            if let Some((name, _)) = word.split_once('/') {
                report.find(group.span(), format!("{} is no group of an API", quoted(word)), format!("write `{name}`"));
            } else if word == "core" || version(word) {
                let what = format!("there is no group {}", quoted(word));
                report.find(group.span(), what, "write `\"\"` for the core group");
            }
        }
        let groups = words("apiGroups");
        for resource in rule.key("resources").items() {
            judge(resource, &groups, report);
        }
        for deed in rule.key("verbs").items() {
            let Some(word) = deed.word() else { continue };
            let known = DEEDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, meant)| *meant);
            let lower = word.to_ascii_lowercase();
            let paths = rule.key("nonResourceURLs").exists();
            if let Some(meant) = known.filter(|_| !paths) {
                let what = format!("the server knows no deed {}", quoted(word));
                report.find(deed.span(), what, format!("write `{meant}`"));
            } else if lower != word {
                let what = format!("the server knows no deed {}", quoted(word));
                report.find(deed.span(), what, format!("write `{lower}`"));
            }
        }
        let named = rule.key("resourceNames").items().len() > 0;
        let alone = |deed: &&str| matches!(*deed, "create" | "deletecollection");
        let deeds = words("verbs");
        if named && !deeds.is_empty() && deeds.iter().all(alone) {
            let what = "what is made has no name yet that the server could ask for";
            report.find(rule.key_span("resourceNames"), what, "allow it without `resourceNames`, in a rule of its own");
        }
        for path in rule.key("nonResourceURLs").items() {
            if path.word().is_some_and(|word| !word.starts_with('/') && word != "*") {
                report.find(path.span(), "a path begins with `/`", "write `/` before it");
            }
        }
    }
}

fn judge(resource: View<'_>, groups: &[&str], report: &mut Report<'_>) {
    let Some(word) = resource.word() else { return };
    let name = word.split('/').next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let plural = |name: &str| match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with('s') => format!("{name}es"),
        None => format!("{name}s"),
    };
    let group_of = |name: &str| RESOURCES.iter().find(|(_, names)| names.contains(&name)).map(|(group, _)| *group);
    if lower != name {
        report.find(resource.span(), format!("there is no resource {}", quoted(word)), format!("write `{lower}`"));
    } else if group_of(name).is_none() && group_of(&plural(name)).is_some() {
        let what = format!("there is no resource {}", quoted(word));
        report.find(resource.span(), what, format!("write the plural: `{}`", plural(name)));
    } else if let Some(group) = group_of(name) {
        let free = |it: &&str| *it == "*" || *it == group || OLD_GROUPS.contains(it) || it.contains('/') || *it == "v1";
        // What others have called alike is theirs.
        let ours = |it: &&str| it.is_empty() || RESOURCES.iter().any(|(group, _)| group == it);
        if !groups.is_empty() && !groups.iter().any(free) && groups.iter().all(ours) {
            let what = format!("{} are not of {}", quoted(name), all(groups));
            report.find(resource.span(), what, format!("add the group `\"{group}\"`"));
        }
    }
}

fn all(groups: &[&str]) -> String {
    groups.iter().map(|group| format!("`\"{group}\"`")).collect::<Vec<_>>().join(" or ")
}
