//! A member that gives up what makes it safe.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "unsafe-etcd",
    severity: Severity::Warning,
    about: "a member that gives up what makes it safe",
    docs: "`force-new-cluster` leaves the other members behind at every start, and without `fsync` the loss of \
        a machine loses what was acknowledged. Both are for one repair, or for a test.",
    on: true,
    bad: &[
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --force-new-cluster
"#,
        r#"name: a
listen-client-urls: http://127.0.0.1:2379
unsafe-no-fsync: true
"#,
    ],
    good: &[r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --name a
"#],
    check: Check::Etcd(check),
};

fn check(config: &Etcd, report: &mut Report<'_>) {
    for (name, help) in [
        ("force-new-cluster", "remove it: it leaves the other members behind at every start"),
        ("unsafe-no-fsync", "remove it: what was acknowledged has to be on the disk"),
    ] {
        if let Some((_, span)) = config.setting(name).filter(|(value, _)| *value != "false") {
            report.find(span, format!("`{name}` is for a repair or a test"), help);
        }
    }
}
