//! A store whose volume is not where it keeps its data.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Project, Service, Word};

pub(super) const RULE: Rule = Rule {
    id: "data-elsewhere",
    severity: Severity::Warning,
    about: "a store whose volume is not where it keeps its data",
    docs: "The volume stays empty, and the data goes with the container. Mount it where the image keeps its \
        data: `/data` of redis, `/var/lib/postgresql/data` of postgres, `/var/lib/mysql` of mysql.",
    on: true,
    bad: &[
        "services:\n  store:\n    image: coreos/etcd:v3.5.7\n    command: etcd --data-dir=/etcd-data\n    volumes: [data:/data]\n",
        r#"services:
  store:
    image: postgres:16
    volumes: [data:/data]
volumes: { data: {} }
"#,
    ],
    good: &[
        r#"services:
  store:
    image: postgres:16
    volumes: [data:/var/lib/postgresql/data]
volumes: { data: {} }
"#,
        r#"services:
  store:
    image: postgres:16
    environment: { PGDATA: /data/pg }
    volumes: [data:/data]
volumes: { data: {} }
"#,
        r#"services:
  store:
    image: bitnami/redis:7
    volumes: [data:/bitnami/redis/data]
volumes: { data: {} }
"#,
    ],
    check: Check::Compose(check),
};

/// Where the official images keep their data.
const DATA: &[(&str, &str)] = &[
    ("redis", "/data"),
    ("valkey", "/data"),
    ("postgres", "/var/lib/postgresql/data"),
    ("mysql", "/var/lib/mysql"),
    ("mariadb", "/var/lib/mysql"),
    ("mongo", "/data/db"),
    ("rabbitmq", "/var/lib/rabbitmq"),
    ("elasticsearch", "/usr/share/elasticsearch/data"),
    ("zookeeper", "/data"),
    ("consul", "/consul/data"),
    ("influxdb", "/var/lib/influxdb"),
    ("neo4j", "/data"),
    ("couchdb", "/opt/couchdb/data"),
    ("cassandra", "/var/lib/cassandra"),
];
/// Settings that move them.
const MOVES: &[&str] =
    &["PGDATA", "--dir", "--dbpath", "-data-dir", "--datadir", "ZOO_DATA_DIR", "-config-file", "--config"];

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in project.services.iter().filter(|service| service.runs_its_image()) {
        let of_program = |(name, _): &&(&str, &str)| *name == service.program();
        // Images of others keep them elsewhere.
        let theirs = ["bitnami", "confluent", "wurstmeister", "linuxserver", "opensearch", "rapidfort", "chainguard"];
        let words = service.words();
        let told = told(*service, &words);
        let Some(data) = told.as_deref().or(DATA.iter().find(of_program).map(|(_, data)| *data)) else { continue };
        if theirs.iter().any(|it| service.image().contains(it)) {
            continue;
        }
        let moved = told.is_none()
            && (service.pairs("environment").iter().any(|it| MOVES.contains(&it.0))
                || words
                    .iter()
                    .any(|word| MOVES.iter().any(|it| word.text.starts_with(it)) || word.text.ends_with(".conf")));
        let targets: Vec<(&str, Span)> = service
            .view
            .key("volumes")
            .items()
            .filter_map(|volume| {
                let (target, mode) = match volume.word() {
                    Some(text) => {
                        let mut parts = text.split(':');
                        let first = parts.next()?;
                        (parts.next().unwrap_or(first), parts.next().unwrap_or_default())
                    }
                    None if volume.key("type").word() == Some("tmpfs") || volume.key("read_only").is_true() => {
                        return None;
                    }
                    None => (volume.key("target").word()?, ""),
                };
                // Files of settings hold no data.
                let file = target.rsplit('/').next().unwrap_or_default().contains('.') || target.contains("entrypoint");
                (!mode.contains("ro") && !file && !target.starts_with("/etc") && target.starts_with(['/', '$']))
                    .then_some((target, volume.span()))
            })
            .collect();
        let within = |outer: &str, inner: &str| {
            inner.strip_prefix(outer.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let kept =
            targets.iter().any(|(target, _)| within(target, data) || within(data, target) || target.contains('$'));
        if let Some((target, span)) = targets.first().filter(|_| !kept && !moved) {
            report.find(
                *span,
                format!("`{}` keeps its data in `{data}`, not in {}", service.name, quoted(target)),
                format!("mount the volume at `{data}`"),
            );
        }
    }
}

/// Where an etcd is told to keep its data.
fn told(service: Service<'_>, words: &[Word]) -> Option<String> {
    if service.program() != "etcd" {
        return None;
    }
    let variable =
        service.pairs("environment").into_iter().find(|it| it.0 == "ETCD_DATA_DIR").map(|it| it.1.to_owned());
    let at = words.iter().position(|word| word.text.starts_with("--data-dir"));
    let flag = at.and_then(|at| match words[at].text.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => words.get(at + 1).map(|word| word.text.clone()),
    });
    flag.or(variable).filter(|data| data.starts_with('/') && !data.contains('$'))
}
