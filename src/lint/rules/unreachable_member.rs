//! A member that tells others an address which is their own.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "unreachable-member",
    severity: Severity::Error,
    about: "a member that tells others an address which is their own",
    docs: "Clients and peers call the addresses that a member advertises: `127.0.0.1` and `0.0.0.0` lead each of them to \
        itself. A member that listens for its peers at such an address hears nobody.",
    on: true,
    bad: &[
        "name: a\ninitial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380\nadvertise-client-urls: http://127.0.0.1:2379\n",
        "name: a\ninitial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380\nadvertise-client-urls: http://0.0.0.0:2379\n",
        "name: a\ninitial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380\nlisten-peer-urls: http://127.0.0.1:2380\n",
    ],
    good: &[
        "name: a\ninitial-cluster: a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380\nadvertise-client-urls: http://192.0.2.1:2379\nlisten-peer-urls: http://0.0.0.0:2380\n",
        "name: a\ninitial-cluster: a=http://127.0.0.1:2380\nadvertise-client-urls: http://127.0.0.1:2379\nlisten-peer-urls: http://127.0.0.1:2380\n",
        "name: a\ninitial-cluster: a=http://127.0.0.1:2380,b=http://127.0.0.1:2390\nadvertise-client-urls: http://127.0.0.1:2379\n",
    ],
    check: Check::Etcd(check),
};

const ADDRESSES: &[(&str, bool)] =
    &[("advertise-client-urls", true), ("initial-advertise-peer-urls", true), ("listen-peer-urls", false)];

fn check(config: &Etcd, report: &mut Report<'_>) {
    let members = config.members();
    let host = |url: &str| {
        let rest = url.trim().split("://").last().unwrap_or_default().to_owned();
        rest.rsplit_once(':').map_or(rest.clone(), |(host, _)| host.to_owned())
    };
    let own = |host: &str| host.starts_with("127.") || matches!(host, "localhost" | "[::1]");
    // Where all of them are on one host, that is how they are meant.
    if members.len() < 2 || members.iter().any(|(_, url)| own(&host(url))) {
        return;
    }
    for (name, told) in ADDRESSES {
        let Some((urls, span)) = config.setting(name) else { continue };
        let wrong = |host: &str| own(host) || *told && matches!(host, "0.0.0.0" | "[::]");
        let mut all = urls.split(',').map(host);
        if !urls.is_empty() && all.clone().all(|host| wrong(&host)) {
            let first = all.next().unwrap_or_default();
            let what = format!("others do not reach this member at {}", quoted(&first));
            report.find(span, what, "write the address of its host, or the name of its pod");
        }
    }
}
