//! A field, a label or an annotation that is on its way out.

use super::super::api::{Check, Report, Rule};
use super::super::tree;
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Object, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "deprecated-field",
    severity: Severity::Warning,
    about: "a field, a label or an annotation that is on its way out",
    docs: "The server still takes it; some have no effect any more, and some nodes do not have the label. The \
        finding says what came in its place.",
    on: true,
    bad: &[
        r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { kubernetes.io/ingress.class: nginx } }
spec: { rules: [{ host: a.example }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccount: web }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], nodeSelector: { beta.kubernetes.io/os: linux } }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { loadBalancerIP: 192.0.2.1, type: LoadBalancer, ports: [{ port: 80 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], volumes: [{ name: a, gitRepo: { repository: r } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web, annotations: { seccomp.security.alpha.kubernetes.io/pod: runtime/default } }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccountName: web, nodeSelector: { kubernetes.io/os: linux } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], serviceAccount: web, serviceAccountName: web }
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let workload = Workload::of(object);
    let of_pods = workload.as_ref().map(|it| it.template.at("metadata.annotations"));
    let of_pods = of_pods.filter(|_| object.kind != "Pod");
    for entry in [Some(object.view().at("metadata.annotations")), of_pods].into_iter().flatten().flat_map(View::entries)
    {
        let is = |(prefix, _): &&(&str, &str)| {
            entry.key == *prefix || prefix.ends_with('/') && entry.key.starts_with(prefix)
        };
        if let Some((_, instead)) = ANNOTATIONS.iter().find(is) {
            report.find(entry.key_span, format!("the annotation {} is on its way out", quoted(&entry.key)), *instead);
        }
    }
    let address = object.view().at("spec.loadBalancerIP");
    if object.kind == "Service" && address.word().is_some_and(|word| !word.is_empty()) {
        let span = object.view().key("spec").key_span("loadBalancerIP");
        report.find(span, "`loadBalancerIP` is on its way out", "use the annotation of your balancer");
    }
    let Some(pod) = workload.as_ref().map(|it| it.pod.0) else { return };
    if pod.key("serviceAccount").exists() && !pod.key("serviceAccountName").exists() {
        report.find(pod.key_span("serviceAccount"), "`serviceAccount` is on its way out", "use `serviceAccountName`");
    }
    for volume in pod.key("volumes").items().flat_map(View::entries) {
        if let Some((_, instead)) = VOLUMES.iter().find(|(name, _)| *name == volume.key) {
            report.find(volume.key_span, format!("volumes of {} are gone, or go", quoted(&volume.key)), *instead);
        }
    }
    let mut label = |key: &str, span: Span| {
        if let Some((_, instead)) = LABELS.iter().find(|(old, _)| *old == key) {
            report.find(span, format!("nodes may not have the label {} any more", quoted(key)), *instead);
        }
    };
    for entry in pod.key("nodeSelector").entries() {
        label(&entry.key, entry.key_span);
    }
    tree::each(pod.key("affinity"), &mut |name, value| {
        if matches!(name, "key" | "topologyKey") {
            label(value.word().unwrap_or_default(), value.span());
        }
    });
    for key in pod.key("topologySpreadConstraints").items().map(|it| it.key("topologyKey")) {
        label(key.word().unwrap_or_default(), key.span());
    }
}

const ANNOTATIONS: &[(&str, &str)] = &[
    ("kubernetes.io/ingress.class", "use `spec.ingressClassName`"),
    ("seccomp.security.alpha.kubernetes.io/pod", "it does nothing: use `securityContext.seccompProfile`"),
    ("container.seccomp.security.alpha.kubernetes.io/", "it does nothing: use `securityContext.seccompProfile`"),
    ("container.apparmor.security.beta.kubernetes.io/", "use `securityContext.appArmorProfile`"),
    ("service.alpha.kubernetes.io/tolerate-unready-endpoints", "it does nothing: use `publishNotReadyAddresses`"),
    ("scheduler.alpha.kubernetes.io/critical-pod", "it does nothing: use `priorityClassName`"),
    ("scheduler.alpha.kubernetes.io/tolerations", "it does nothing: use `tolerations`"),
    ("scheduler.alpha.kubernetes.io/affinity", "it does nothing: use `affinity`"),
    ("pod.beta.kubernetes.io/init-containers", "it does nothing: use `initContainers`"),
    ("volume.beta.kubernetes.io/storage-class", "use `storageClassName`"),
    ("volume.beta.kubernetes.io/mount-options", "use `mountOptions`"),
];

const LABELS: &[(&str, &str)] = &[
    ("beta.kubernetes.io/os", "use `kubernetes.io/os`"),
    ("beta.kubernetes.io/arch", "use `kubernetes.io/arch`"),
    ("beta.kubernetes.io/instance-type", "use `node.kubernetes.io/instance-type`"),
    ("failure-domain.beta.kubernetes.io/zone", "use `topology.kubernetes.io/zone`"),
    ("failure-domain.beta.kubernetes.io/region", "use `topology.kubernetes.io/region`"),
    ("node-role.kubernetes.io/master", "use `node-role.kubernetes.io/control-plane`"),
];

const VOLUMES: &[(&str, &str)] = &[
    ("gitRepo", "fetch it in an init container into an `emptyDir`"),
    ("flexVolume", "use a CSI driver"),
    ("glusterfs", "use a CSI driver"),
    ("rbd", "use a CSI driver"),
    ("cephfs", "use a CSI driver"),
    ("quobyte", "use a CSI driver"),
    ("storageos", "use a CSI driver"),
    ("flocker", "use a CSI driver"),
    ("scaleIO", "use a CSI driver"),
    ("awsElasticBlockStore", "use its CSI driver, by a claim"),
    ("gcePersistentDisk", "use its CSI driver, by a claim"),
    ("azureDisk", "use its CSI driver, by a claim"),
    ("azureFile", "use its CSI driver, by a claim"),
    ("cinder", "use its CSI driver, by a claim"),
    ("vsphereVolume", "use its CSI driver, by a claim"),
    ("portworxVolume", "use its CSI driver, by a claim"),
];
