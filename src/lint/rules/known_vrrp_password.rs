//! A password of VRRP that everybody knows.

use super::super::api::{Check, Report, Rule};
use super::super::secrets::is_known;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Keepalived;

pub(super) const RULE: Rule = Rule {
    id: "known-vrrp-password",
    severity: Severity::Warning,
    about: "a password of VRRP that everybody knows",
    docs: "Whoever is on the network takes the address. Eight signs in clear text keep few away; `unicast_peer` \
        and a firewall keep more.",
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
  authentication {
    auth_type PASS
    auth_pass 1111
  }
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
  authentication {
    auth_type PASS
    auth_pass x7Gh2kQ9
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
"#,
    ],
    check: Check::Keepalived(check),
};

fn check(config: &Keepalived, report: &mut Report<'_>) {
    let instances = config.all("vrrp_instance");
    let blocks = instances.flat_map(|instance| instance.all("authentication"));
    for pass in blocks.flat_map(|block| block.all("auth_pass")) {
        let text = pass.argument(1);
        // Somebody fills it in.
        if text.contains(['$', '{', '<', '%']) {
            continue;
        }
        let same = text.chars().all(|c| text.starts_with(c));
        if is_known(text) || same || matches!(text, "42" | "k@l!ve1" | "keepalived" | "MyPass") {
            report.find(
                pass.words[0].span,
                format!("everybody knows the password {}", quoted(text)),
                "make one of eight random signs, and name the others in `unicast_peer`",
            );
        }
    }
}
