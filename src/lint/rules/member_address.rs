//! A member's address that is nobody's.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "member-address",
    severity: Severity::Error,
    about: "a member's address that is nobody's",
    docs: "Pods of a StatefulSet are reached by `NAME-0.SERVICE.NAMESPACE`, where the Service is its `serviceName`. A \
        list of members that names another set, Service, namespace or number, or one of them twice, is a cluster that \
        lacks one.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk, namespace: data }
spec:
  replicas: 3
  serviceName: zk-headless
  selector: { matchLabels: { app: zk } }
  template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9, env: [{ name: ZOO_SERVERS, value: "server.1=zk-0.zk-headless.data.svc:2888:3888;2181 server.2=zk-0.zk-headless.data.svc:2888:3888;2181 server.2=zk-2.zk.default.svc:2888:3888;2181" }] }] } }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd, namespace: kv }
spec:
  replicas: 3
  serviceName: etcd
  selector: { matchLabels: { app: etcd } }
  template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5, command: [etcd, --name=$(POD_NAME), "--initial-advertise-peer-urls=http://$(POD_NAME).etcd:2380", "--initial-cluster=etcd0=https://etcd-0.etcd:2380,etcd-1=https://etcd-1.etcd:2379,etcd-2=https://etcd-7.etcd:2380"] }] } }
"#,
    ],
    good: &[
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk, namespace: data }
spec:
  replicas: 3
  serviceName: zk-headless
  selector: { matchLabels: { app: zk } }
  template: { metadata: { labels: { app: zk } }, spec: { containers: [{ name: zk, image: zookeeper:3.9, env: [{ name: ZOO_SERVERS, value: "server.1=zk-0.zk-headless:2888:3888;2181 server.2=zk-1.zk-headless.data.svc.cluster.local:2888:3888;2181 server.3=elsewhere.example.com:2888:3888;2181" }] }] } }
"#,
        r#"apiVersion: apps/v1
kind: StatefulSet
metadata: { name: etcd, namespace: kv }
spec:
  replicas: 3
  serviceName: etcd
  selector: { matchLabels: { app: etcd } }
  template: { metadata: { labels: { app: etcd } }, spec: { containers: [{ name: etcd, image: etcd:3.5, command: [etcd, --name=$(POD_NAME), "--initial-advertise-peer-urls=https://$(POD_NAME).etcd:2380", "--initial-cluster=etcd-0=https://etcd-0.etcd:2380,etcd-1=https://etcd-1.etcd:2380,etcd-2=https://etcd-2.etcd:2380"] }] } }
"#,
    ],
    check: Check::Workload(check),
};

/// A member as a list has it: its own word, the scheme, the host, and what stands behind that.
struct Member<'a> {
    name: &'a str,
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
}

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    if workload.kind() != "StatefulSet" {
        return;
    }
    for container in workload.pod.containers() {
        let variables = container.view.key("env").items();
        for value in variables.filter(|it| it.key("name").word() == Some("ZOO_SERVERS")).map(|it| it.key("value")) {
            let members: Vec<Member<'_>> =
                value.word().unwrap_or_default().split_whitespace().filter_map(member).collect();
            judge(&members, value, workload, report);
            let mut ids = HashSet::new();
            if let Some(twice) = members.iter().find(|it| !ids.insert(it.name)) {
                report.find(value.span(), format!("{} stands there twice", quoted(twice.name)), "number them");
            }
        }
        let words = || ["command", "args"].into_iter().flat_map(|list| container.view.key(list).items());
        let flag = |name: &str| words().find_map(|item| Some((item, item.word()?.strip_prefix(name)?)));
        let Some((place, list)) = flag("--initial-cluster=") else { continue };
        let members: Vec<Member<'_>> = list.split(',').filter_map(|it| member(it.trim())).collect();
        judge(&members, place, workload, report);
        let named = flag("--name=").is_some_and(|(_, name)| name.starts_with("$(") || name.starts_with("${"));
        // The name of a pod is that of its host.
        let other =
            members.iter().find(|it| it.host.split('.').next() != Some(it.name) && ours(it, workload).is_some());
        if let Some(other) = other.filter(|_| named) {
            let wanted = other.host.split('.').next().unwrap_or_default();
            let what = format!("the member at {} is not called {}", quoted(other.host), quoted(other.name));
            report.find(place.span(), what, format!("write `{wanted}=`"));
        }
        if let Some((own, url)) = flag("--initial-advertise-peer-urls=").filter(|(_, url)| !url.contains(',')) {
            let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
            let port = rest.rsplit(':').next().unwrap_or_default();
            let other = members.iter().find(|it| it.scheme != scheme || it.port != port);
            if let Some(other) = other {
                let what =
                    format!("members tell one another {}, and the list has {}", quoted(url), quoted(&shown(other)));
                let all = members.iter().all(|it| it.scheme != scheme || it.port != port);
                report.find(if all { own.span() } else { place.span() }, what, "use one scheme and one port");
            }
        }
    }
}

fn shown(member: &Member<'_>) -> String {
    format!("{}://{}:{}", member.scheme, member.host, member.port)
}

/// `NAME=SCHEME://HOST:PORT`, or `NAME=HOST:PORT:...`.
fn member(text: &str) -> Option<Member<'_>> {
    let (name, address) = text.split_once('=')?;
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, port) = rest.split_once(':')?;
    let plain = !text.contains(['$', '{', '`']);
    plain.then(|| Member { name, scheme, host, port: port.split([':', ';', '/']).next().unwrap_or_default() })
}

/// The set's name and the number that a host's name ends with, where it is one of a set's.
fn ours<'m>(member: &Member<'m>, workload: &Workload<'_>) -> Option<(&'m str, i64)> {
    let pod = member.host.split('.').next()?;
    let (set, number) = pod.rsplit_once('-')?;
    (set == workload.object.name).then_some((set, number.parse().ok()?))
}

fn judge(members: &[Member<'_>], place: View<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let (name, namespace) = (&workload.object.name, &workload.object.namespace);
    let service = workload.spec.key("serviceName").word().unwrap_or_default();
    let first = workload.spec.at("ordinals.start").integer().unwrap_or(0);
    let mut hosts = HashSet::new();
    for member in members {
        let Some((_, number)) = ours(member, workload) else { continue };
        let mut parts = member.host.split('.').skip(1);
        let (of, within) = (parts.next(), parts.next());
        let what = if !hosts.insert(member.host) {
            format!("{} stands there twice: another member is missing", quoted(member.host))
        } else if !(first..first + workload.replicas()).contains(&number) {
            format!("`{name}` has no pod {}", quoted(member.host))
        } else if let Some(other) = of.filter(|of| !service.is_empty() && *of != service) {
            format!("pods of `{name}` are not reached by {}: its Service is `{service}`", quoted(other))
        } else if let Some(other) = within.filter(|within| *within != "svc" && *within != namespace) {
            format!("pods of `{name}` are not in the namespace {}", quoted(other))
        } else {
            continue;
        };
        report.find(place.span(), what, format!("list `{name}-{first}.{service}` and so on, each once"));
    }
}
