//! An even number of members that agree by majority.

use std::collections::{BTreeMap, HashSet};

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Document, Etcd, Project, Service, Workload};

pub(super) const RULE: Rule = Rule {
    id: "even-members",
    severity: Severity::Warning,
    about: "an even number of members that agree by majority",
    docs: "Four members survive the loss of one, as three do, and have one more that may fail; two survive \
        none. Members are counted in `initial-cluster`, in the services of a project, and in the files of \
        sentinels that watch one primary.",
    on: true,
    bad: &[
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --name a --initial-cluster a=http://a:2380,b=http://b:2380
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { containers: [{ name: a, image: "etcd:3.5", args: ["--initial-cluster=a=http://a:2380,b=http://b:2380"] }] }
"#,
        r#"services:
  s1:
    image: redis:7
    command: redis-sentinel /s.conf
  s2:
    image: redis:7
    command: redis-server /s.conf --sentinel
"#,
    ],
    good: &[
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --name a --initial-cluster a=http://a:2380,b=http://b:2380,c=http://c:2380
"#,
        r#"services:
  s1:
    image: redis:7
    command: redis-sentinel /s.conf
    deploy: { replicas: 3 }
"#,
    ],
    check: Check::Documents(check),
};

fn check<'a>(documents: &'a [Document], report: &mut Report<'a>) {
    let say = |span: Span, count: usize, of: &str, report: &mut Report<'a>| {
        if count > 0 && count.is_multiple_of(2) {
            let survives = (count - 1) / 2;
            let message = format!("{count} members of {of} survive the loss of {survives}, as {} do", count - 1);
            report.find(span, message, format!("use {}", count + 1));
        }
    };
    // A list that several files have is one cluster.
    let mut clusters = HashSet::new();
    let mut sentinels: BTreeMap<Vec<&str>, (usize, Span)> = BTreeMap::new();
    let mut listed = |config: &Etcd| {
        let names: HashSet<&str> = config.members().into_iter().map(|(name, _)| name).collect();
        let (list, span) = config.setting("initial-cluster")?;
        let mut sorted: Vec<&str> = names.iter().copied().collect();
        sorted.sort_unstable();
        (!list.contains('$') && clusters.insert(sorted.join(","))).then_some((span, names.len()))
    };
    for document in documents {
        match document {
            Document::Etcd(config) => {
                if let Some((span, count)) = listed(config) {
                    say(span, count, "etcd", report);
                }
            }
            Document::Kubernetes(object) => {
                report.about(object);
                // Of several members in one object its replicas are counted.
                let workload = Workload::of(object).filter(|it| it.runs_on() && it.replicas() == 1);
                for container in workload.iter().flat_map(|workload| workload.pod.containers()) {
                    if let Some(Document::Etcd(config)) = container.started()
                        && let Some((span, count)) = listed(&config)
                    {
                        say(span, count, "etcd", report);
                    }
                }
                report.about(None);
            }
            Document::Redis(config) if config.sentinel => {
                for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
                    let name = line.words.iter().skip(2).take(3).map(|word| word.text.as_str()).collect();
                    let entry = sentinels.entry(name).or_insert((0, line.span()));
                    *entry = (entry.0 + 1, line.span());
                }
            }
            Document::Compose(node) => {
                let project = Project::of(node);
                let watches = |it: &&Service<'_>| {
                    let named = |text: &str| text.ends_with("redis-sentinel") || text == "--sentinel";
                    it.program().contains("redis-sentinel") || it.words().iter().any(|word| named(&word.text))
                };
                let keeps = |name: &str| {
                    let of = |it: &&Service<'_>| it.program() == name && !it.is_task();
                    project.services.iter().filter(of).collect::<Vec<_>>()
                };
                let listed = documents.iter().any(|it| matches!(it, Document::Etcd(it) if !it.members().is_empty()));
                let mut groups = vec![("Redis Sentinel", project.services.iter().filter(watches).collect::<Vec<_>>())];
                if !listed {
                    groups.push(("etcd", keeps("etcd")));
                }
                groups.push(("zookeeper", keeps("zookeeper")));
                for (name, group) in groups {
                    let replicas = |it: &&Service<'_>| {
                        let count = it.view.at("deploy.replicas").integer().or(it.view.key("scale").integer());
                        usize::try_from(count.unwrap_or(1)).unwrap_or(0)
                    };
                    if let Some(last) = group.last() {
                        say(last.span, group.iter().map(replicas).sum(), name, report);
                    }
                }
            }
            _ => {}
        }
    }
    // One file is the same for all.
    for (name, (count, span)) in sentinels.into_iter().filter(|(_, (count, _))| *count > 1) {
        say(span, count, &format!("the sentinels of {}", quoted(&name.join(" "))), report);
    }
}
