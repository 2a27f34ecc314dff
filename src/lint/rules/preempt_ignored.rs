//! A host that takes the address back although it is told not to.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Keepalived;

pub(super) const RULE: Rule = Rule {
    id: "preempt-ignored",
    severity: Severity::Warning,
    about: "a host that takes the address back although it is told not to",
    docs: "keepalived heeds `nopreempt` only where the instance begins with `state BACKUP`: with `MASTER` it \
        takes the address back when it returns, which is one interruption more.",
    on: true,
    bad: &[r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
  state MASTER
  nopreempt
}
"#],
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
  state BACKUP
  nopreempt
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
  state MASTER
}
"#,
    ],
    check: Check::Keepalived(check),
};

fn check(config: &Keepalived, report: &mut Report<'_>) {
    for instance in config.all("vrrp_instance") {
        let state = instance.all("state").find(|it| it.argument(1) == "MASTER");
        if let Some(setting) = instance.all("nopreempt").next().filter(|_| state.is_some()) {
            let message = "`nopreempt` is not heeded beside `state MASTER`";
            report.find(setting.words[0].span, message, "write `state BACKUP` on every host");
        }
    }
}
