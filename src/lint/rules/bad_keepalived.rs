//! What keepalived refuses, passes over, or cannot keep an address with.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Keepalived};

pub(super) const RULE: Rule = Rule {
    id: "bad-keepalived",
    severity: Severity::Error,
    about: "what keepalived refuses or passes over",
    docs: "An instance has a name, an interface, a number and an address; of a password eight signs count; a script is \
        known by its name, and its weight is -253 to 253. A word that keepalived does not know is passed over with a line \
        in the log.",
    on: true,
    bad: &[
        "vrrp_script check {\n  script \"/a\"\n  weight -300\n}\nvrrp_instance a {\n  state PRIMARY\n  virtual_router_id 51\n  priority 100\n  track_script {\n    chekc\n  }\n  virtual_ipaddress {\n    192.0.2.310/24\n  }\n}\n",
        "vrrp_instance a {\n  interface eth0\n  virtual_router_id 51\n  priority 100\n  advert_interval 1\n  authentication {\n    auth_type PASSWORD\n    auth_pass toolongpassword\n  }\n}\n",
        "vrrp_script check {\n  interval 2\n}\nvrrp_instance a {\n  interface eth0\n  priority 100\n  unicast_src_ip 192.0.2.1\n  unicast_peer {\n    192.0.2.1\n  }\n  virtual_ipaddress {\n    192.0.2.10/24\n  }\n}\n",
    ],
    good: &[
        "global_defs {\n  router_id a\n  enable_script_security\n}\nvrrp_script check {\n  script \"/a\"\n  interval 2\n  weight -30\n}\nvrrp_instance a {\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n  priority 100\n  advert_int 1\n  unicast_src_ip 192.0.2.1\n  unicast_peer {\n    192.0.2.2\n  }\n  authentication {\n    auth_type PASS\n    auth_pass q7Xz2LmP\n  }\n  track_script {\n    check\n  }\n  virtual_ipaddress {\n    192.0.2.10/24 dev eth0\n    2001:db8::1/64\n  }\n}\n",
        "include /etc/keepalived/scripts.conf\nvrrp_instance a {\n  interface eth0\n  virtual_router_id 51\n  priority 100\n  track_script {\n    check\n  }\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\n",
    ],
    check: Check::Keepalived(check),
};

/// Words of an instance.
const INSTANCE: &[&str] = &[
    "state",
    "interface",
    "virtual_router_id",
    "priority",
    "advert_int",
    "authentication",
    "virtual_ipaddress",
    "virtual_ipaddress_excluded",
    "virtual_routes",
    "virtual_rules",
    "unicast_src_ip",
    "unicast_peer",
    "unicast_fault_no_peer",
    "unicast_ttl",
    "track_script",
    "track_interface",
    "track_file",
    "track_process",
    "track_bfd",
    "track_src_ip",
    "nopreempt",
    "preempt",
    "preempt_delay",
    "dont_track_primary",
    "garp_master_delay",
    "garp_master_repeat",
    "garp_master_refresh",
    "garp_master_refresh_repeat",
    "garp_lower_prio_delay",
    "garp_lower_prio_repeat",
    "garp_interval",
    "gna_interval",
    "garp_extra_if",
    "lower_prio_no_advert",
    "higher_prio_send_advert",
    "mcast_src_ip",
    "mcast_dst_ip",
    "use_vmac",
    "vmac_xmit_base",
    "vmac_addr",
    "use_ipvlan",
    "native_ipv6",
    "version",
    "accept",
    "no_accept",
    "strict_mode",
    "promote_secondaries",
    "notify",
    "notify_master",
    "notify_backup",
    "notify_fault",
    "notify_stop",
    "notify_deleted",
    "notify_master_rx_lower_pri",
    "notify_priority_changes",
    "smtp_alert",
    "debug",
    "skip_check_adv_addr",
    "checksum_compatibility",
    "down_timer_adverts",
    "kernel_rx_buf_size",
    "linkbeat_use_polling",
    "lvs_sync_daemon_interface",
    "unicast_check",
    "include",
    "vrrp_instance",
    "evip_other_family",
    "rx_buf_size",
    "thread_timer_expired",
    "old_unicast_checksum",
    "no_virtual_ipaddress",
    "use_vmac_addr",
];
const STATES: &[&str] = &["MASTER", "BACKUP"];
const LONGEST_PASSWORD: usize = 8;
const HEAVIEST: i64 = 253;
/// Seconds for which a primary that others wait for may be silent: longer is no failover that anybody waits for.
const SLOWEST_SCRIPT: f64 = 15.0;

fn filled(text: &str) -> bool {
    text.contains(['$', '{', '%', '<'])
}

fn check(config: &Keepalived, report: &mut Report<'_>) {
    for (span, message) in &config.broken {
        report.find(*span, message.as_str(), "give each `{` its `}`");
    }
    let scripts: Vec<&Directive> = config.all("vrrp_script").collect();
    let mut names = HashSet::new();
    for script in &scripts {
        if !names.insert(script.argument(1)) {
            report.find(
                script.words[0].span,
                format!("two scripts are called {}", quoted(script.argument(1))),
                "name each",
            );
        }
        let of = |name: &'static str| script.all(name).next();
        if of("script").is_none() {
            let what = format!("the script {} says nothing to run", quoted(script.argument(1)));
            report.find(script.words[0].span, what, "add `script` with a program and its arguments in quotes");
        }
        let weight = of("weight").filter(|it| it.argument(1).parse::<i64>().is_ok_and(|it| it.abs() > HEAVIEST));
        if let Some(weight) = weight {
            report.find(
                weight.words[0].span,
                "a weight is -253 to 253",
                "write -30, or 0: then the address is given up",
            );
        }
        for key in ["interval", "timeout", "rise", "fall"] {
            let number =
                |it: &&Directive| !filled(it.argument(1)) && !it.argument(1).parse::<f64>().is_ok_and(|it| it > 0.0);
            if let Some(it) = of(key).filter(number) {
                let what = format!("{} is no number from 1", quoted(it.argument(1)));
                report.find(it.words[0].span, what, "write 2");
            }
        }
        let interval = of("interval").filter(|it| it.argument(1).parse::<f64>().is_ok_and(|it| it > SLOWEST_SCRIPT));
        if let Some(interval) = interval {
            let what = format!("what is gone is found out after {} s", interval.argument(1));
            report.find(interval.words[0].span, what, "write 2");
        }
    }
    let included = config.all("include").next().is_some();
    let mut instances = HashSet::new();
    for instance in config.all("vrrp_instance") {
        let name = instance.argument(1);
        if name.is_empty() {
            report.find(instance.words[0].span, "the instance has no name", "write `vrrp_instance NAME {`");
        } else if !instances.insert(name) {
            report.find(instance.words[0].span, format!("two instances are called {}", quoted(name)), "name each");
        }
        wanted(instance, report);
        words(instance, report);
        for tracked in instance.all("track_script").flat_map(|block| &block.block) {
            if !names.contains(tracked.name()) && !included && !filled(tracked.name()) && !names.is_empty() {
                let what = format!("there is no `vrrp_script` {}", quoted(tracked.name()));
                report.find(tracked.words[0].span, what, "add it, or write its name");
            }
        }
    }
}

/// What every instance says.
fn wanted(instance: &Directive, report: &mut Report<'_>) {
    let has = |name: &'static str| instance.all(name).next().is_some();
    if has("include") {
        return;
    }
    for (names, what) in [
        (&["interface"][..], "where its messages go"),
        (&["virtual_router_id"][..], "which of the network's routers it is"),
        (
            &["virtual_ipaddress", "virtual_ipaddress_excluded", "virtual_routes", "no_virtual_ipaddress"][..],
            "which address it keeps",
        ),
    ] {
        let mut others = names.iter().filter(|name| instance.block.iter().any(|it| it.name() == **name));
        if others.next().is_none() {
            let message = format!("the instance {} does not say {what}", quoted(instance.argument(1)));
            report.find(instance.words[0].span, message, format!("add `{}`", names[0]));
        }
    }
    if has("unicast_src_ip") && !has("unicast_peer") {
        let message = "nobody is named to whom it speaks from this address";
        let place = instance.all("unicast_src_ip").next().map_or(instance.words[0].span, |it| it.words[0].span);
        report.find(place, message, "add `unicast_peer` with the other hosts");
    }
}

fn words(instance: &Directive, report: &mut Report<'_>) {
    let own = instance.all("unicast_src_ip").next().map(|it| it.argument(1));
    for it in &instance.block {
        let (name, first) = (it.name(), it.argument(1));
        match name {
            "state" if !STATES.contains(&first) && !filled(first) => {
                report.find(it.words[0].span, format!("{} is no state", quoted(first)), "write `BACKUP`, or `MASTER`");
            }
            "advert_int" | "preempt_delay" if !filled(first) => {
                let most = if name == "advert_int" { 255.0 } else { 1000.0 };
                let least = if name == "advert_int" { 0.01 } else { 0.0 };
                if !first.parse::<f64>().is_ok_and(|seconds| (least..=most).contains(&seconds)) {
                    let what = format!("{} is no number of seconds up to {most}", quoted(first));
                    report.find(it.words[0].span, what, "write 1");
                }
            }
            "unicast_src_ip" if first.parse::<std::net::IpAddr>().is_err() && !filled(first) => {
                let what = format!("{} is no address", quoted(first));
                report.find(it.words[0].span, what, "write the address of this host");
            }
            "authentication" => authentication(it, report),
            "virtual_ipaddress" | "virtual_ipaddress_excluded" => {
                it.block.iter().for_each(|address| addressed(address, report));
                if it.block.is_empty() {
                    report.find(
                        it.words[0].span,
                        "no address stands here",
                        "write it with its prefix: `192.0.2.10/24`",
                    );
                }
            }
            "unicast_peer" => {
                for peer in &it.block {
                    if own == Some(peer.name()) {
                        report.find(peer.words[0].span, "this is the host itself", "name the other hosts");
                    } else if peer.name().parse::<std::net::IpAddr>().is_err() && !filled(peer.name()) {
                        let what = format!("{} is no address", quoted(peer.name()));
                        report.find(peer.words[0].span, what, "write the address of another host");
                    }
                }
            }
            _ if !INSTANCE.contains(&name) && !filled(name) => {
                let near = keywords::near(name, INSTANCE.iter().copied());
                let mend = near.map_or("remove it".to_owned(), |near| format!("did you mean `{near}`?"));
                report.find(it.words[0].span, format!("keepalived passes over {}", quoted(name)), mend);
            }
            _ => {}
        }
    }
}

fn authentication(it: &Directive, report: &mut Report<'_>) {
    let (kind, pass) = (it.all("auth_type").next(), it.all("auth_pass").next());
    if let Some(kind) = kind.filter(|it| !matches!(it.argument(1), "PASS" | "AH") && !filled(it.argument(1))) {
        let what = format!("{} is no way to know one another", quoted(kind.argument(1)));
        report.find(kind.words[0].span, what, "write `PASS`");
    }
    if let Some(pass) = pass.filter(|it| it.argument(1).chars().count() > LONGEST_PASSWORD && !filled(it.argument(1))) {
        let what = "of this password the first eight signs count";
        report.find(pass.words[0].span, what, "write eight");
    } else if pass.is_none() {
        report.find(it.words[0].span, "there is no password to know one another by", "add `auth_pass`");
    }
}

fn addressed(address: &Directive, report: &mut Report<'_>) {
    let text = address.name();
    let (host, length) = text.split_once('/').map_or((text, None), |(host, length)| (host, Some(length)));
    let six = host.contains(':');
    let fits = host.parse::<std::net::IpAddr>().is_ok()
        && length.is_none_or(|it| it.parse::<u8>().is_ok_and(|it| it <= if six { 128 } else { 32 }));
    if !fits && !filled(text) {
        let what = format!("{} is no address", quoted(text));
        report.find(address.words[0].span, what, "write it with its prefix: `192.0.2.10/24`");
    }
}
