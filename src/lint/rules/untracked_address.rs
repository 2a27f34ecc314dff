//! An address that stays with a host whose balancer is gone.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Keepalived};

pub(super) const RULE: Rule = Rule {
    id: "untracked-address",
    severity: Severity::Warning,
    about: "an address that stays with a host whose balancer is gone",
    docs: "keepalived knows that its host is there, not that the balancer answers. A `vrrp_script` that asks \
        it, named in `track_script`, gives the address away.",
    on: true,
    bad: &[r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  virtual_ipaddress {
    192.0.2.10
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
}
"#,
        r#"vrrp_instance a {
  interface eth0
  virtual_router_id 51
  priority 100
  track_process {
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
  virtual_ipaddress {
    192.0.2.10
  }
}
vrrp_sync_group g {
  group {
    a
  }
  track_script {
    check
  }
}
"#,
    ],
    check: Check::Keepalived(check),
};

const TRACKS: &[&str] = &["track_script", "track_process", "track_file", "track_bfd"];

fn check(config: &Keepalived, report: &mut Report<'_>) {
    let tracks = |block: &Directive| block.block.iter().any(|it| TRACKS.contains(&it.name()));
    // A group tracks for all in it.
    let group = config.all("vrrp_sync_group").any(tracks);
    // The kernel balances then, and goes with the host.
    if config.all("virtual_server").next().is_some() || config.all("virtual_server_group").next().is_some() {
        return;
    }
    for instance in config.all("vrrp_instance").filter(|instance| !tracks(instance) && !group) {
        report.find(
            instance.words[0].span,
            format!("{} keeps its address when the balancer of its host is gone", quoted(instance.argument(1))),
            "add a `vrrp_script` that asks the balancer, and name it in `track_script`",
        );
    }
}
