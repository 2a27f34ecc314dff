//! Settings of names that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Workload;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "bad-dns",
    severity: Severity::Error,
    about: "settings of names that the server does not take",
    docs: "`dnsPolicy: None` needs name servers of its own, at most three, and an alias of a host has an address.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], dnsPolicy: None }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], dnsConfig: { nameservers: [dns.example] } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostAliases: [{ ip: 10.0.0.256, hostnames: [a] }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], dnsPolicy: None, dnsConfig: { nameservers: [192.0.2.53] } }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }], hostAliases: [{ ip: 10.0.0.1, hostnames: [a] }], dnsConfig: { options: [{ name: ndots, value: "2" }] } }
"#,
    ],
    check: Check::Workload(check),
};

fn check(workload: &Workload<'_>, _: &Cluster<'_>, report: &mut Report<'_>) {
    let pod = workload.pod.0;
    let servers = pod.at("dnsConfig.nameservers");
    if pod.key("dnsPolicy").word() == Some("None") && servers.items().len() == 0 {
        let help = "add `dnsConfig: { nameservers: [...] }`, or remove it";
        report.find(pod.key("dnsPolicy").span(), "without name servers the pod knows no names", help);
    }
    if let Some(fourth) = servers.items().nth(3) {
        report.find(fourth.span(), "there are at most three name servers", "remove the others");
    }
    let aliases = pod.key("hostAliases").items().map(|alias| alias.key("ip"));
    for address in servers.items().chain(aliases) {
        if let Some(word) = address.word().filter(|word| word.parse::<IpAddr>().is_err()) {
            report.find(address.span(), format!("{} is no address", quoted(word)), "write an IP address");
        }
    }
}
