//! Writes that stop when one replica is away, or never begin.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::members;
use crate::diagnostic::Severity;
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "writes-need-all",
    severity: Severity::Error,
    about: "writes that stop when one replica is away, or never begin",
    docs: "A primary of three servers has two replicas. With `min-replicas-to-write 2` the loss of either stops all writes, \
        and after a failover there is but one left: with 3 there are never enough.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: ConfigMap
metadata: { name: redis }
data:
  redis.conf: |
    min-replicas-to-write 3
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: redis }
spec:
  replicas: 3
  selector: { matchLabels: { app: s } }
  template: { metadata: { labels: { app: s } }, spec: { containers: [{ name: s, image: redis:7 }], volumes: [{ name: c, configMap: { name: redis } }] } }
"#,
        r#"services:
  a: { image: redis:7, command: redis-server --min-replicas-to-write 2 }
  b: { image: redis:7, command: redis-server --replicaof a 6379 --min-replicas-to-write 2 }
  c: { image: redis:7, command: redis-server --replicaof a 6379 --min-replicas-to-write 2 }
"#,
    ],
    good: &[
        r#"services:
  a: { image: redis:7, command: redis-server --min-replicas-to-write 1 }
  b: { image: redis:7, command: redis-server --replicaof a 6379 --min-replicas-to-write 1 }
  c: { image: redis:7, command: redis-server --replicaof a 6379 --min-replicas-to-write 1 }
"#,
        r#"services:
  a: { image: redis:7, command: redis-server --min-replicas-to-write 2 }
"#,
    ],
    check: Check::Documents(check),
};

const KEYS: &[&str] = &["min-replicas-to-write", "min-slaves-to-write"];

fn check(documents: &[Document], report: &mut Report<'_>) {
    let servers: Vec<_> = documents
        .iter()
        .filter_map(|document| match document {
            Document::Redis(config) if !config.sentinel && !config.lines.is_empty() => Some(config),
            _ => None,
        })
        .collect();
    // Servers of one group follow the same one, or are followed.
    let follow = |key: &str| servers.iter().filter(|it| it.setting(key).is_some()).count();
    let followed: HashSet<String> = servers.iter().filter_map(|it| Some(it.setting("replicaof")?.0.text())).collect();
    let following = follow("replicaof") + follow("slaveof");
    for config in documents.iter().filter_map(|document| match document {
        Document::Redis(config) => Some(config),
        _ => None,
    }) {
        for line in config.lines.iter().filter(|line| KEYS.contains(&line.words[0].text.as_str())) {
            let Some(word) = line.words.get(1) else { continue };
            let Ok(wanted) = word.text.parse::<i64>() else { continue };
            let of_map = members::replicas(line.span(), documents).map(|count| count - 1);
            let of_files = (followed.len() == 1 && following > 0).then(|| i64::try_from(following).unwrap_or(0));
            let Some(replicas) = of_map.or(of_files).filter(|count| *count > 0) else { continue };
            if wanted > replicas {
                let what = format!("a primary has {replicas} replicas, and takes no write before {wanted} follow it");
                report.find(word.span, what, "write 1");
            } else if wanted == replicas && wanted > 1 {
                let what = format!("the loss of one of {replicas} replicas stops all writes");
                report.find(word.span, what, "write 1");
            }
        }
    }
}
