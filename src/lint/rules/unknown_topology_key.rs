//! A label of nodes that no node has.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::{syntax, tree};
use crate::diagnostic::{Severity, Span, did_you_mean, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "unknown-topology-key",
    severity: Severity::Warning,
    about: "a label of nodes that no node has",
    docs: "A misspelled label is no label: pods that select nodes by it wait for ever, and pods that are spread by \
        it are not spread. Labels of one's own are not judged.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zon, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostnme, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { kubernetes.io/oss: linux }
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { kubernetes.io/os: Linux }
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: app, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { kubernetes.io/os: linux, disk: ssd, example.com/rack: a }
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let pod = workload.pod.0;
    let labels = workload.labels();
    let mut keys: Vec<View<'_>> =
        pod.key("topologySpreadConstraints").items().map(|it| it.key("topologyKey")).collect();
    tree::each(pod.key("affinity"), &mut |name, value| {
        if name == "topologyKey" {
            keys.push(value);
        }
    });
    for key in keys {
        let Some(word) = key.word() else { continue };
        if let Some(near) = near(word) {
            report.find(key.span(), format!("no node has the label {}", quoted(word)), near);
        } else if VALUES.iter().any(|(name, _)| *name == word) {
            let what = format!(
                "all nodes have the same {}: this keeps nobody apart, or all but one from a place",
                quoted(word)
            );
            report.find(key.span(), what, "write `kubernetes.io/hostname`");
        } else if labels.contains_key(word) && !KNOWN.contains(&word) {
            let what = format!("{} is a label of pods, not of nodes", quoted(word));
            report.find(key.span(), what, "write `kubernetes.io/hostname`");
        }
    }
    for entry in pod.key("nodeSelector").entries() {
        judge(&entry.key, entry.key_span, &[View::of(&entry.node)], report);
    }
    let terms = pod.at("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
    for it in terms.items().flat_map(|term| term.key("matchExpressions").items()) {
        let of_words = matches!(it.key("operator").word(), Some("In" | "NotIn"));
        let values: Vec<View<'_>> = it.key("values").items().filter(|_| of_words).collect();
        judge(it.key("key").word().unwrap_or_default(), it.key("key").span(), &values, report);
    }
}

/// A label by which nodes are selected, and its values.
fn judge(key: &str, span: Span, values: &[View<'_>], report: &mut Report<'_>) {
    if let Some(near) = near(key) {
        return report.find(span, format!("no node has the label {}", quoted(key)), near);
    }
    let Some((_, known)) = VALUES.iter().find(|(name, _)| *name == key) else { return };
    for value in values {
        if let Some(word) = value.word().filter(|word| syntax::label_value(word) && !known.contains(word)) {
            let what = format!("no node has {} {}", quoted(key), quoted(word));
            report.find(value.span(), what, format!("one of {}", known.join(", ")));
        }
    }
}

/// What was meant by a word that is nearly a known label.
pub(super) fn near(key: &str) -> Option<String> {
    if KNOWN.contains(&key) || !key.contains("kubernetes.io/") {
        return None;
    }
    let near = did_you_mean(key, KNOWN.iter().copied())?;
    Some(format!("did you mean `{near}`?"))
}

const KNOWN: &[&str] = &[
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "kubernetes.io/role",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/exclude-from-external-load-balancers",
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
    "node-role.kubernetes.io/worker",
    "node-role.kubernetes.io/infra",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
];

const VALUES: &[(&str, &[&str])] = &[
    ("kubernetes.io/os", &["linux", "windows"]),
    ("kubernetes.io/arch", &["amd64", "arm64", "arm", "386", "ppc64le", "riscv64", "s390x"]),
];
