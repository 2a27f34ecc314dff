//! An etcd that everybody may use.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Etcd;

pub(super) const RULE: Rule = Rule {
    id: "plain-etcd",
    severity: Severity::Info,
    about: "an etcd that everybody may use",
    docs: "Clients need neither a certificate nor a name at `http://`, on every address of the host. Use \
        `https://` with `client-cert-auth`, or an address of the inside.",
    on: true,
    bad: &[r#"name: a
listen-client-urls: http://0.0.0.0:2379
"#],
    good: &[r#"name: a
listen-client-urls: https://0.0.0.0:2379,http://127.0.0.1:2379
"#],
    check: Check::Etcd(check),
};

fn check(config: &Etcd, report: &mut Report<'_>) {
    let Some((urls, span)) = config.setting("listen-client-urls") else { return };
    let open = urls.split(',').any(|url| {
        let host = url.trim().strip_prefix("http://");
        host.is_some_and(|host| ["0.0.0.0", "[::]", ":"].iter().any(|it| host.starts_with(it)))
    });
    if open {
        report.find(span, "whoever reaches this etcd may use it", "listen with `https://`, and `client-cert-auth`");
    }
}
