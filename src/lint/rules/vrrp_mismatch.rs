//! Hosts that are to keep one address and do not agree how.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Directive, Document, Keepalived};

pub(super) const RULE: Rule = Rule {
    id: "vrrp-mismatch",
    severity: Severity::Error,
    about: "hosts that are to keep one address and do not agree how",
    docs: "Hosts of one address have one number of the router, one password and one interval, each an address and a priority \
        of its own; or each takes itself for the only one, and all have the address. A script that fails must take more \
        from the priority than lies between two hosts.",
    on: true,
    bad: &[
        "global_defs {\n  router_id a\n}\nvrrp_instance a {\n  interface eth0\n  state MASTER\n  virtual_router_id 51\n  priority 110\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\nvrrp_instance b {\n  interface eth0\n  state MASTER\n  virtual_router_id 52\n  priority 100\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\n",
    ],
    good: &[
        "vrrp_instance a {\n  interface eth0\n  virtual_router_id 51\n  priority 110\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\nvrrp_instance b {\n  interface eth0\n  virtual_router_id 52\n  priority 100\n  virtual_ipaddress {\n    192.0.2.11\n  }\n}\n",
    ],
    check: Check::Documents(check),
};

/// An instance, and the configuration that it is of.
struct Instance<'d> {
    config: &'d Keepalived,
    of: &'d Directive,
}

impl<'d> Instance<'d> {
    fn setting(&self, name: &'d str) -> Option<(&'d str, Span)> {
        self.of.all(name).next().map(|it| (it.argument(1), it.words[0].span))
    }

    fn password(&self) -> Option<(&'d str, Span)> {
        let pass = self.of.all("authentication").flat_map(|it| it.all("auth_pass")).next()?;
        Some((pass.argument(1), pass.words[0].span))
    }

    fn addresses(&self) -> Vec<&'d str> {
        let all = self.of.all("virtual_ipaddress").flat_map(|it| &it.block);
        let mut found: Vec<&str> = all.map(|it| it.name().split('/').next().unwrap_or_default()).collect();
        found.sort_unstable();
        found
    }

    fn place(&self) -> Span {
        let block = self.of.all("virtual_ipaddress").next();
        block.map_or(self.of.words[0].span, |it| it.block.first().map_or(it.words[0].span, |it| it.words[0].span))
    }
}

fn check(documents: &[Document], report: &mut Report<'_>) {
    let mut instances = Vec::new();
    for document in documents {
        if let Document::Keepalived(config) = document {
            instances.extend(config.all("vrrp_instance").map(|of| Instance { config, of }));
        }
    }
    // Each is held against the first before it that keeps one of its addresses, or has its name and number.
    for (at, own) in instances.iter().enumerate().take(256) {
        let addresses = own.addresses();
        let partner = instances[..at].iter().find(|other| {
            let shared = other.addresses().iter().any(|it| addresses.contains(it) && !it.contains('$'));
            let named = other.of.argument(1) == own.of.argument(1)
                && other.setting("virtual_router_id").map(|it| it.0) == own.setting("virtual_router_id").map(|it| it.0);
            shared || named && !std::ptr::eq(other.config, own.config)
        });
        let Some(other) = partner.filter(|other| different(other, own)) else { continue };
        compare(own, other, report);
    }
}

/// Whether two are of two hosts: the same file may be there for two targets.
fn different(one: &Instance<'_>, other: &Instance<'_>) -> bool {
    let host = |it: &Instance<'_>| {
        let router = it.config.all("global_defs").flat_map(|it| it.all("router_id")).next();
        (it.setting("unicast_src_ip").map(|it| it.0.to_owned()), router.map(|it| it.argument(1).to_owned()))
    };
    let priority = |it: &Instance<'_>| it.setting("priority").map(|it| it.0.to_owned());
    host(one) != host(other) || priority(one) != priority(other)
}

fn compare(own: &Instance<'_>, other: &Instance<'_>, report: &mut Report<'_>) {
    let plain = |text: &str| !text.contains(['$', '{']);
    for (name, what) in
        [("virtual_router_id", "the number"), ("advert_int", "the interval"), ("version", "the version")]
    {
        let (one, two) = (own.setting(name), other.setting(name));
        let differs = match (one, two) {
            (Some((one, _)), Some((two, _))) => one != two && plain(one) && plain(two),
            _ => false,
        };
        if let Some((text, span)) = one.filter(|_| differs) {
            let there = two.map_or("", |it| it.0);
            let message =
                format!("another host of this address has {what} {}, and this {}", quoted(there), quoted(text));
            report.find(span, message, format!("write one `{name}` on all hosts"));
        }
    }
    match (own.password(), other.password()) {
        (Some((one, span)), Some((two, _))) if one != two && plain(one) && plain(two) => {
            report.find(span, "another host of this address has another password", "write one on all hosts");
        }
        _ => {}
    }
    if own.addresses() != other.addresses() && !own.addresses().is_empty() {
        let message = format!(
            "another host keeps {}",
            other.addresses().iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", ")
        );
        report.find(own.place(), message, "list the same addresses on all hosts, in one order");
    }
    if let (Some((one, span)), Some((two, _))) = (own.setting("unicast_src_ip"), other.setting("unicast_src_ip"))
        && one == two
        && plain(one)
    {
        report.find(span, format!("another host speaks from {} too", quoted(one)), "write this host's own address");
    }
    let master = |it: &Instance<'_>| it.setting("state").filter(|(word, _)| *word == "MASTER").map(|(_, span)| span);
    if let (Some(span), Some(_)) = (master(own), master(other)) {
        report.find(span, "two hosts begin as the one that has the address", "write `BACKUP` on all but one");
    }
    weights(own, other, report);
}

/// A script that fails on the first must make it less than the second.
fn weights(own: &Instance<'_>, other: &Instance<'_>, report: &mut Report<'_>) {
    let priority = |it: &Instance<'_>| it.setting("priority").and_then(|(text, _)| text.parse::<i64>().ok());
    let (Some(one), Some(two)) = (priority(own), priority(other)) else { return };
    let (high, difference) = if one > two { (own, one - two) } else { (other, two - one) };
    let tracked: Vec<&str> = high.of.all("track_script").flat_map(|it| &it.block).map(|it| it.name()).collect();
    for script in high.config.all("vrrp_script").filter(|script| tracked.contains(&script.argument(1))) {
        let weight = script.all("weight").next();
        let number = weight.and_then(|it| it.argument(1).parse::<i64>().ok()).unwrap_or(0);
        if let Some(weight) = weight.filter(|_| number < 0 && -number <= difference) {
            let message =
                format!("a script that fails leaves this host above the other: {difference} lie between them");
            report.find(
                weight.words[0].span,
                message,
                format!("write less than -{difference}: `weight -{}`", difference + 10),
            );
        }
    }
}
