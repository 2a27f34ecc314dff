//! A member of etcd that its own cluster does not have.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "not-a-member",
    severity: Severity::Error,
    about: "a member of etcd that its own cluster does not have",
    docs: "etcd ends when its `name` is not in `initial-cluster`, or has another address there than in \
        `initial-advertise-peer-urls`.",
    on: true,
    bad: &[
        r#"name: a
initial-cluster: b=http://192.0.2.1:2380,c=http://192.0.2.2:2380
"#,
        r#"name: a
initial-advertise-peer-urls: http://192.0.2.9:2380
initial-cluster: a=http://192.0.2.1:2380
"#,
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --name a --initial-cluster b=http://b:2380
"#,
    ],
    good: &[
        r#"name: a
initial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380
"#,
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --name $$NAME --initial-cluster b=http://b:2380
"#,
        r#"services:
  etcd:
    image: etcd:3.5
    command: etcd --initial-cluster default=http://b:2380
"#,
    ],
    check: Check::Etcd(check),
};

fn check(config: &Etcd, report: &mut Report<'_>) {
    let (Some((name, span)), Some((cluster, cluster_span))) =
        (config.setting("name"), config.setting("initial-cluster"))
    else {
        return;
    };
    let members = config.members();
    if members.is_empty() || name.contains('$') || cluster.contains('$') {
        return;
    }
    let mut own = members.iter().filter(|(member, _)| *member == name).peekable();
    let advertised = config.setting("initial-advertise-peer-urls");
    if own.peek().is_none() {
        let message = format!("{} is not among the members of `initial-cluster`", quoted(name));
        report.find(span, message, "write the name as it stands there");
    } else if let Some((urls, _)) = advertised.filter(|(urls, _)| !urls.contains('$'))
        && !own.any(|(_, address)| urls.split(',').any(|url| url.trim() == *address))
    {
        report.find(
            cluster_span,
            format!("{} has another address in `initial-cluster` than it tells its peers", quoted(name)),
            "write the address of `initial-advertise-peer-urls`",
        );
    }
}
