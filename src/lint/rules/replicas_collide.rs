//! Replicas, or services, that want one name or one port.

use std::collections::{HashMap, HashSet};

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Project, View};

pub(super) const RULE: Rule = Rule {
    id: "replicas-collide",
    severity: Severity::Error,
    about: "replicas, or services, that want one name or one port",
    docs: "The second replica does not start: a `container_name` and a fixed port of the host are there once. \
        Leave the name out, and publish a range of ports, or the port of a balancer in front.",
    on: true,
    bad: &[
        "services:\n  a:\n    image: a:1\n    ports: [\"80:80\"]\n  b:\n    image: b:1\n    ports: [\"80:80\"]\n",
        r#"services:
  web:
    image: web:1
    container_name: web
    scale: 3
"#,
        r#"services:
  web:
    image: web:1
    ports: ["80:8080"]
    deploy: { replicas: 2 }
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    ports: ["8080"]
    deploy: { replicas: 2 }
"#,
        r#"services:
  web:
    image: web:1
    ports: ["8000-8002:8080"]
    scale: 3
"#,
        r#"services:
  web:
    image: web:1
    container_name: web
"#,
    ],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let mut taken: HashSet<(String, String)> = HashSet::new();
    let mut published: HashMap<(String, String), Vec<String>> = HashMap::new();
    for service in &project.services {
        let [scale, replicas] = ["scale", "deploy.replicas"].map(|path| service.view.at(path).integer().unwrap_or(1));
        let count = scale.max(replicas);
        // Those of other profiles are not started together.
        let alone = service.view.key("profiles").exists() || count < 1;
        let name = service.view.key("container_name");
        let text = name.word().filter(|text| !text.contains('$'));
        if count > 1 && name.exists() {
            let message = format!("{count} replicas of `{}` want one name", service.name);
            report.find(name.span(), message, "remove `container_name`");
        } else if text.is_some_and(|text| !alone && !taken.insert((text.to_owned(), "name".to_owned()))) {
            report.find(name.span(), "another service has this `container_name` too", "give each its own");
        }
        for port in service.view.key("ports").items() {
            let Some((host, fixed, protocol)) = fixed(port) else { continue };
            if count > 1 {
                report.find(
                    port.span(),
                    format!("{count} replicas of `{}` want port {fixed} of the host", service.name),
                    "publish a range of ports, or those of a balancer in front alone",
                );
            } else if !alone && clash(&mut published, (&host, fixed.clone(), protocol)) {
                let message = format!("another service publishes port {fixed} of the host too");
                report.find(port.span(), message, "publish it at another port");
            }
        }
    }
}

/// Addresses that stand for all of a host's.
fn every(host: &str) -> bool {
    matches!(host, "" | "0.0.0.0" | "[::]" | "::" | "*")
}

/// Whether a port is taken at this address already; it is now.
fn clash(
    published: &mut HashMap<(String, String), Vec<String>>,
    (host, port, protocol): (&str, String, String),
) -> bool {
    let hosts = published.entry((port, protocol)).or_default();
    let taken = hosts.iter().any(|other| other == host || every(other) || every(host));
    hosts.push(host.to_owned());
    taken
}

/// The address, the port of the host and the protocol that are published, where they are one.
fn fixed(port: View<'_>) -> Option<(String, String, String)> {
    let (host, fixed, protocol) = match port.word() {
        Some(text) => {
            let (text, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
            let (outside, _) = text.rsplit_once(':')?;
            let (host, fixed) = outside.rsplit_once(':').unwrap_or(("", outside));
            (host, fixed, protocol)
        }
        None if port.key("mode").word() == Some("ingress") => return None,
        None => {
            let word = |key: &str| port.key(key).word();
            (word("host_ip").unwrap_or_default(), word("published")?, word("protocol").unwrap_or("tcp"))
        }
    };
    let one = fixed.parse::<u16>().is_ok_and(|port| port > 0);
    one.then(|| (host.to_owned(), fixed.to_owned(), protocol.to_owned()))
}
