//! Data of one node.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::node_taken;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    severity: Severity::Warning,
    about: "data of one node",
    docs: "A pod that is started elsewhere does not find what it wrote, and one that writes to a node may take the \
        node with it.",
    on: true,
    bad: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      volumes: [{ name: a, hostPath: { path: /data } }]
      containers: [{ name: web, image: web:1 }]
"#],
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
      volumes: [{ name: a, emptyDir: {} }]
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { volumes: [{ name: a, hostPath: { path: /var/log } }], containers: [{ name: web, image: web:1 }] } } }
"#,
    ],
    check: Check::Workload(check),
};
fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    for volume in workload.pod.0.key("volumes").items() {
        let path = volume.at("hostPath.path").word().unwrap_or_default().trim_end_matches('/');
        let kind = volume.at("hostPath.type").word().unwrap_or_default();
        // What is the node's own is no data: its devices and sockets, certificates and settings, or what takes it.
        let own = matches!(kind, "Socket" | "CharDevice" | "BlockDevice" | "File")
            || path.ends_with(".sock")
            || node_taken::takes(path)
            || OWN.iter().any(|it| path == *it || path.starts_with(&format!("{it}/")));
        let mut mounts = workload
            .pod
            .all()
            .flat_map(|it| it.view.key("volumeMounts").items())
            .filter(|it| it.key("name").word() == volume.key("name").word())
            .peekable();
        let own = own || mounts.peek().is_some() && mounts.all(|it| it.key("readOnly").is_true());
        // A DaemonSet is there for its node.
        if volume.key("hostPath").exists() && workload.kind() != "DaemonSet" && !own {
            report.find(
                volume.key("hostPath").span(),
                format!("`{}` keeps data on whichever node it is", workload.object.name),
                "use a claim, or an `emptyDir` for what may be lost",
            );
        }
    }
}

/// Places where the node keeps what is its own.
const OWN: &[&str] = &["/dev", "/etc", "/proc", "/sys", "/run", "/var/run", "/lib/modules", "/usr", "/var/lib/kubelet"];
