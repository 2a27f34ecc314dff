//! A member that is listed twice.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "member-twice",
    severity: Severity::Error,
    about: "a member that is listed twice",
    docs: "Two members of one name or address are one, and a cluster that counts on both loses its majority \
        with it. etcd ends.",
    on: true,
    bad: &[r#"initial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.1:2380,c=http://192.0.2.3:2380
"#],
    good: &[r#"initial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380
"#],
    check: Check::Etcd(check),
};

fn check(config: &Etcd, report: &mut Report<'_>) {
    let Some((_, span)) = config.setting("initial-cluster") else { return };
    let mut addresses = HashSet::new();
    // A name may have several addresses, one behind the other.
    for (name, address) in config.members() {
        if !address.contains('$') && !addresses.insert(address) {
            let message = format!("the address {} of {} is that of another member", quoted(address), quoted(name));
            report.find(span, message, "give each member an address of its own");
        }
    }
}
