//! A network policy that the server does not take.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;
pub(super) const RULE: Rule = Rule {
    id: "bad-network-policy",
    severity: Severity::Error,
    about: "a network policy that the server does not take",
    docs: "A peer is a block of addresses or chosen by labels, not both; a range of ports ends after it begins; a \
        block is an address with the length of its prefix.",
    on: true,
    bad: &[
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 }, podSelector: {} }] }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0 } }] }] }
"#,
        r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 90, endPort: 80 }] }] }
"#,
    ],
    good: &[r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "fd00::/8" } }], ports: [{ port: 80, endPort: 90 }] }] }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    if object.kind != "NetworkPolicy" || object.group() != "networking.k8s.io" {
        return;
    }
    let spec = object.view().key("spec");
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for way in spec.key(direction).items() {
            for peer in way.key(peers).items() {
                if peer.entries().is_empty() {
                    let what = format!("an item of `{peers}` says nobody");
                    report.find(
                        peer.span(),
                        what,
                        format!("remove `{peers}` for everybody, or write `podSelector: {{}}`"),
                    );
                }
                let block = peer.key("ipBlock");
                if block.exists()
                    && (peer.key("podSelector").node().is_some() || peer.key("namespaceSelector").node().is_some())
                {
                    report.find(
                        block.span(),
                        "a peer is a block of addresses or chosen by labels",
                        "make two peers of it",
                    );
                }
                let cidr = block.key("cidr");
                if cidr.word().is_some_and(|word| !syntax::cidr(word)) {
                    report.find(
                        cidr.span(),
                        format!("{} is no block of addresses", quoted(cidr.word().unwrap_or_default())),
                        "write it as `10.0.0.0/8`",
                    );
                }
                for part in block.key("except").items() {
                    let whole = cidr.word().unwrap_or_default();
                    if let Some(word) = part.word().filter(|word| syntax::cidr(whole) && !syntax::within(word, whole)) {
                        let what = format!("{} is no part of {}", quoted(word), quoted(whole));
                        report.find(part.span(), what, "write a smaller block of the same addresses");
                    }
                }
            }
            for port in way.key("ports").items() {
                if port.key("endPort").exists() && port.key("port").integer().is_none() {
                    let what = "a range begins at the number of a `port`";
                    report.find(port.key_span("endPort"), what, "write `port` as a number");
                }
                if let (Some(first), Some(last)) = (port.key("port").integer(), port.key("endPort").integer())
                    && last < first
                {
                    report.find(
                        port.key("endPort").span(),
                        format!("the range ends at {last} before it begins at {first}"),
                        "write the greater number last",
                    );
                }
            }
        }
    }
}
