//! Replicas that want one name or one port.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "replicas-collide",
    severity: Severity::Error,
    about: "replicas that want one name or one port",
    docs: "The second replica does not start: a `container_name` and a fixed port of the host are there once. \
        Leave the name out, and publish a range of ports, or the port of a balancer in front.",
    on: true,
    bad: &[
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
    for service in &project.services {
        let [scale, replicas] = ["scale", "deploy.replicas"].map(|path| service.view.at(path).integer().unwrap_or(1));
        let count = scale.max(replicas);
        if count < 2 {
            continue;
        }
        let name = service.view.key("container_name");
        if name.exists() {
            let message = format!("{count} replicas of `{}` want one name", service.name);
            report.find(name.span(), message, "remove `container_name`");
        }
        for port in service.view.key("ports").items() {
            let short = port.word().map(|text| text.split('/').next().unwrap_or_default());
            let host = short.and_then(|text| text.rsplit_once(':')).map(|(host, _)| host.rsplit(':').next());
            let fixed = host.flatten().or(port.key("published").word());
            let mode = port.key("mode").word() == Some("ingress");
            if let Some(fixed) = fixed.filter(|it| it.parse::<u16>().is_ok_and(|port| port > 0) && !mode) {
                report.find(
                    port.span(),
                    format!("{count} replicas of `{}` want port {fixed} of the host", service.name),
                    "publish a range of ports, or those of a balancer in front alone",
                );
            }
        }
    }
}
