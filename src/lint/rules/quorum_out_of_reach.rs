//! A quorum that there are not enough sentinels for.

use super::super::api::{Check, Report, Rule};
use super::super::members::{self, Watched};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "quorum-out-of-reach",
    severity: Severity::Error,
    about: "a quorum that there are not enough sentinels for",
    docs: "No failover begins unless as many sentinels as the quorum call the primary dead. Of three sentinels \
        it is 2.",
    on: true,
    bad: &[
        r#"services:
  s1:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
  s2:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
  s3:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
"#,
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: sentinel }
data:
  start.sh: |
    cat >/tmp/sentinel.conf <<EOF
    sentinel monitor store 192.0.2.1 6379 3
    EOF
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: sentinel }
spec:
  replicas: 3
  selector: { matchLabels: { app: s } }
  template: { metadata: { labels: { app: s } }, spec: { containers: [{ name: s, image: redis:7 }], volumes: [{ name: c, configMap: { name: sentinel } }] } }
"#,
    ],
    good: &[r#"services:
  s1:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 2
  s2:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 2
"#],
    check: Check::Documents(check),
};

fn check(documents: &[Document], report: &mut Report<'_>) {
    for Watched { line, count } in members::watched(documents) {
        let Some(word) = line.words.get(5) else { continue };
        let name = line.words.iter().skip(2).take(3).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let message = match word.text.parse::<i64>() {
            Ok(quorum) if quorum > count => format!("{quorum} of {count} sentinels are to call {} dead", quoted(&name)),
            // Of two both must agree whatever it says: there is one too few of them.
            Ok(quorum) if quorum == count && count > 2 => {
                format!("all {count} sentinels are to call {} dead: with one of them away none does", quoted(&name))
            }
            _ => continue,
        };
        report.find(word.span, message, format!("use {}", count / 2 + 1));
    }
}
