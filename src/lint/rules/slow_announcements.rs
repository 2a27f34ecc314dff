//! Announcements that VRRP 2 cannot make so often.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Keepalived;

pub(super) const RULE: Rule = Rule {
    id: "slow-announcements",
    severity: Severity::Warning,
    about: "announcements that VRRP 2 cannot make so often",
    docs: "Parts of a second need `vrrp_version 3`: with 2 a lost host took 3 s at 0.3 s and at 0.1 s, as at 1 \
        s.",
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
  advert_int 0.2
}
"#],
    good: &[
        r#"global_defs {
  vrrp_version 3
}
vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script {
    check
  }
  virtual_ipaddress {
    192.0.2.10
  }
  advert_int 0.2
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
  advert_int 1
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
  version 3
  advert_int 0.2
}
"#,
    ],
    check: Check::Keepalived(check),
};

fn check(config: &Keepalived, report: &mut Report<'_>) {
    let three = config.all("global_defs").flat_map(|it| it.all("vrrp_version")).any(|it| it.argument(1) == "3");
    for instance in config.all("vrrp_instance") {
        let own = instance.all("version").any(|it| it.argument(1) == "3");
        let part =
            instance.all("advert_int").find(|it| it.argument(1).contains('.') && !it.argument(1).ends_with(".0"));
        if let Some(setting) = part.filter(|_| !three && !own) {
            let message = "VRRP 2 announces in whole seconds";
            report.find(setting.words[0].span, message, "set `vrrp_version 3` in `global_defs`");
        }
    }
}
