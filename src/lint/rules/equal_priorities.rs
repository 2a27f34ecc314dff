//! Hosts that want an address equally.

use std::collections::HashMap;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Document;

pub(super) const RULE: Rule = Rule {
    id: "equal-priorities",
    severity: Severity::Warning,
    about: "hosts that want an address equally",
    docs: "Which of two hosts of one priority has the address is left to their own addresses, and with `state \
        MASTER` on both they take it from each other at every start. Give each host a priority of its own.",
    on: true,
    bad: &[r#"apiVersion: v1
kind: ConfigMap
metadata: { name: k }
data:
  a.conf: |
    vrrp_instance a {
      virtual_router_id 51
      priority 100
    }
  b.conf: |
    vrrp_instance a {
      virtual_router_id 51
      priority 100
    }
"#],
    good: &[r#"apiVersion: v1
kind: ConfigMap
metadata: { name: k }
data:
  a.conf: |
    vrrp_instance a {
      virtual_router_id 51
      priority 100
    }
  b.conf: |
    vrrp_instance a {
      virtual_router_id 51
      priority 90
    }
"#],
    check: Check::Documents(check),
};

fn check(documents: &[Document], report: &mut Report<'_>) {
    let mut seen: HashMap<(&str, &str, &str), Vec<Option<&str>>> = HashMap::new();
    for document in documents {
        let Document::Keepalived(config) = document else { continue };
        let router = config.all("global_defs").flat_map(|it| it.all("router_id")).next().map(|it| it.argument(1));
        for instance in config.all("vrrp_instance") {
            let of = |name: &'static str| instance.all(name).next().map(|it| it.argument(1));
            let (Some(id), Some(priority)) = (of("virtual_router_id"), instance.all("priority").next()) else {
                continue;
            };
            let host = of("unicast_src_ip").or(router);
            let key = (instance.argument(1), id, priority.argument(1));
            let others = seen.entry(key).or_default();
            // The same host may be there for another target too.
            let other = others.first().is_some_and(|other| host.is_none() || *other != host);
            if others.is_empty() {
                others.push(host);
            }
            if other {
                let message = format!("another host has the priority {} for {} too", key.2, quoted(key.0));
                report.find(priority.words[0].span, message, "give each host a priority of its own");
            }
        }
    }
}
