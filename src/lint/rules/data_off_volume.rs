//! Data that is not where the volume is.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use super::super::stores;
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Container, Document, Workload};

pub(super) const RULE: Rule = Rule {
    id: "data-off-volume",
    severity: Severity::Error,
    about: "data that is not where the volume is",
    docs: "A claim that no container mounts, or mounts elsewhere than where the store keeps its data, is empty when it is \
        needed: the data goes with the pod.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec:
  selector: { matchLabels: { app: zk } }
  template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9, volumeMounts: [{ name: data, mountPath: /data }] }] } }
  volumeClaimTemplates:
  - { metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }
  - { metadata: { name: log }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec:
  selector: { matchLabels: { app: zk } }
  template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9, volumeMounts: [{ name: data, mountPath: /var/lib/zookeeper }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd }
spec:
  selector: { matchLabels: { app: etcd } }
  template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5, command: [etcd, --data-dir=/data], volumeMounts: [{ name: data, mountPath: /var/lib/etcd }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd }
spec:
  selector: { matchLabels: { app: etcd } }
  template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5, command: [etcd, --data-dir=/var/lib/etcd/data], volumeMounts: [{ name: data, mountPath: /var/lib/etcd }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: postgres:16, env: [{ name: PGDATA, value: /pg/data }], volumeMounts: [{ name: data, mountPath: /pg }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  selector: { matchLabels: { app: store } }
  template: { metadata: { labels: { app: store } }, spec: { containers: [{ name: redis, image: redis:7, args: [--dir, /var/redis], volumeMounts: [{ name: data, mountPath: /var/redis }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
"#,
    ],
    check: Check::Workload(check),
};

/// Where the images of stores keep their data, and the variables that say otherwise.
const PLACES: &[(&str, &str, &[&str])] = &[
    ("zookeeper", "/data", &["ZOO_DATA_DIR"]),
    ("postgres", "/var/lib/postgresql", &["PGDATA"]),
    ("mysql", "/var/lib/mysql", &[]),
    ("mariadb", "/var/lib/mysql", &[]),
    ("mongo", "/data/db", &[]),
    ("redis", "/data", &[]),
    ("valkey", "/data", &[]),
    ("rabbitmq", "/var/lib/rabbitmq", &["RABBITMQ_MNESIA_BASE", "RABBITMQ_MNESIA_DIR"]),
    ("cassandra", "/var/lib/cassandra", &[]),
    ("elasticsearch", "/usr/share/elasticsearch/data", &["path.data"]),
];

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let mounts: Vec<&str> = workload
        .pod
        .all()
        .flat_map(|it| it.view.key("volumeMounts").items().chain(it.view.key("volumeDevices").items()))
        .filter_map(|it| it.key("name").word())
        .collect();
    let templates = workload.spec.key("volumeClaimTemplates").items().filter(|_| workload.kind() == "StatefulSet");
    let mut unmounted = false;
    for name in templates.map(|it| it.at("metadata.name")) {
        if let Some(word) = name.word().filter(|word| !mounts.contains(word)) {
            unmounted = true;
            report.find(
                name.span(),
                format!("no container mounts the claim {}", quoted(word)),
                "add it to `volumeMounts` where the data is kept, or remove it",
            );
        }
    }
    let Some((container, store)) = stores::of(workload).filter(|_| !unmounted) else { return };
    let Some((place, span)) = directory(container, store.name) else { return };
    let kept = container.view.key("volumeMounts").items().filter_map(|it| it.key("mountPath").word());
    let on = |path: &str| {
        let path = path.trim_end_matches('/');
        // A volume above it holds it, and one below holds a part of it.
        path.is_empty()
            || place == path
            || place.starts_with(&format!("{path}/"))
            || path.starts_with(&format!("{place}/"))
    };
    let paths: Vec<&str> = kept.collect();
    let claims = workload.spec.key("volumeClaimTemplates").items().len() > 0;
    if claims && !paths.is_empty() && !paths.iter().any(|path| on(path)) {
        report.find(
            span,
            format!("{} keeps its data in {}, where no volume is", store.name, quoted(&place)),
            format!("mount the volume at `{place}`, or tell it where the volume is"),
        );
    }
}

/// Where a store keeps its data, and what says so; `None` where somebody else does.
fn directory(container: Container<'_>, store: &str) -> Option<(String, Span)> {
    let mount = || {
        let mut mounts = container.view.key("volumeMounts").items();
        mounts.next().map_or(container.view.key("image").span(), |it| it.key("mountPath").span())
    };
    match container.started() {
        Some(Document::Etcd(config)) => {
            return config.setting("data-dir").map(|(path, span)| (path.trim_end_matches('/').to_owned(), span));
        }
        Some(Document::Redis(config)) => {
            if let Some(word) = config.value("dir") {
                return Some((word.text.trim_end_matches('/').to_owned(), word.span));
            }
            // A file that is not seen here may say it.
            if !config.whole {
                return None;
            }
        }
        _ => {}
    }
    let (_, place, variables) = PLACES.iter().find(|(name, ..)| *name == store)?;
    // Images of other makers keep it elsewhere.
    let official = container.image().split('@').next()?.split(':').next()?;
    let name = official.rsplit('/').next()?;
    let own = name == store
        && (!official.contains('/') || official.contains("library/") || official.ends_with(&format!("/{store}")));
    let other = official.contains("bitnami")
        || official.contains("rhel")
        || official.contains("openshift")
        || official.contains("google");
    if !own || other {
        return None;
    }
    let mut named = container.view.key("env").items();
    let told = named.find(|it| it.key("name").word().is_some_and(|name| variables.contains(&name)));
    match told {
        Some(variable) => {
            let value = variable.key("value");
            Some((value.word()?.trim_end_matches('/').to_owned(), value.span()))
        }
        // Its own words may say it.
        None if container.view.key("command").exists() && store != "zookeeper" => None,
        None => Some(((*place).to_owned(), mount())),
    }
}
