//! An instance that keepalived refuses.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Keepalived;

pub(super) const RULE: Rule = Rule {
    id: "bad-vrrp",
    severity: Severity::Error,
    about: "an instance that keepalived refuses",
    docs: "A router's number is from 1 to 255 and no other instance of the same interface has it; a priority is \
        from 1 to 254, or 255 of the owner.",
    on: true,
    bad: &[
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 300
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
"#,
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 0
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
"#,
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
vrrp_instance b {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
"#,
    ],
    good: &[
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
"#,
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
vrrp_instance b {
  interface eth0
  virtual_router_id 52
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
}
"#,
    ],
    check: Check::Keepalived(check),
};

fn check(config: &Keepalived, report: &mut Report<'_>) {
    let mut taken = HashSet::new();
    for instance in config.all("vrrp_instance") {
        let of = |name: &'static str| instance.all(name).next();
        for (name, most) in [("virtual_router_id", 255), ("priority", 255)] {
            let Some(setting) = of(name) else { continue };
            let text = setting.argument(1);
            let good = text.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number));
            if !good && !text.is_empty() && !text.contains(['$', '{', '%']) {
                let message = format!("{} is no `{name}`", quoted(text));
                report.find(setting.words[0].span, message, format!("use a number from 1 to {most}"));
            }
        }
        let address = of("virtual_ipaddress").and_then(|block| block.block.first());
        // The two families have numbers of their own.
        let six = address.is_some_and(|it| it.name().contains(':'));
        let key = (of("interface").map(|it| it.argument(1)), of("virtual_router_id").map(|it| it.argument(1)), six);
        if let Some(id) = of("virtual_router_id").filter(|_| !taken.insert(key)) {
            report.find(
                id.words[0].span,
                format!("another instance of the same interface has the number {}", quoted(id.argument(1))),
                "give each instance a number of its own",
            );
        }
    }
}
