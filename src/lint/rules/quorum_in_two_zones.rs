//! Members that agree by majority, in a cluster of two zones.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::Severity;
use crate::manifest::Workload;

pub(super) const RULE: Rule = Rule {
    id: "quorum-in-two-zones",
    severity: Severity::Warning,
    about: "members that agree by majority, in a cluster of two zones",
    docs: "However they are spread, one zone has at least half of them, and with it the others are left without a \
        majority: two zones survive no more than one does. A third needs only a member. Judged where `--zones` says \
        how many there are.",
    on: true,
    bad: &[r#"# a8ctl validate --zones 2
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#],
    good: &[
        r#"# a8ctl validate --zones 3
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#,
        r#"# a8ctl validate --zones 1
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 3
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers: [{ name: store, image: "etcd:3.5" }]
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, cluster: &Cluster<'_>, report: &mut Report<'_>) {
    let replicas = workload.replicas();
    if cluster.facts.zones == Some(2)
        && replicas > 2
        && workload.scales()
        && let Some(name) = stores::quorum(workload)
    {
        let most = (replicas + 1) / 2;
        report.find(
            workload.replicas_span(),
            format!(
                "one of the two zones has {most} of the {replicas} members of {name}, and the majority falls with it"
            ),
            "put members in a third zone",
        );
    }
}
