//! An Ingress to a Service, or to a port of one, that is not among the manifests.

use super::super::api::{Check, Report, Rule};
use super::super::cluster::Cluster;
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;

pub(super) const RULE: Rule = Rule {
    id: "dangling-ingress",
    severity: Severity::Error,
    about: "an Ingress to a Service, or to a port of one, that is not among the manifests",
    docs: "Its clients are answered 503.",
    on: true,
    bad: &[
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: wbe, port: { number: 80 } } } }] } }] }
"#,
        r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 81 } } } }] } }] }
"#,
    ],
    good: &[r#"---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
"#],
    check: Check::Cluster(check),
};
fn check<'a>(cluster: &Cluster<'a>, report: &mut Report<'a>) {
    for object in cluster.of_kind("Ingress") {
        report.about(object);
        let spec = object.view().key("spec");
        let paths =
            spec.key("rules").items().flat_map(|rule| rule.at("http.paths").items()).map(|path| path.key("backend"));
        for service in paths.chain([spec.key("defaultBackend")]).map(|backend| backend.key("service")) {
            let Some(name) = service.key("name").word() else { continue };
            let Some(target) = cluster.find("Service", &object.namespace, name) else {
                if !cluster.is_external("Service", name) {
                    report.find(
                        service.key("name").span(),
                        format!("there is no Service {} among these manifests", quoted(name)),
                        "name the Service that answers",
                    );
                }
                continue;
            };
            let port = service.key("port");
            let (field, wanted) =
                if port.key("name").exists() { ("name", port.key("name")) } else { ("port", port.key("number")) };
            let has = |word| target.view().at("spec.ports").items().any(|it| it.key(field).word() == Some(word));
            if let Some(word) = wanted.word().filter(|word| !has(word)) {
                report.find(
                    wanted.span(),
                    format!("the Service {} has no port {}", quoted(name), quoted(word)),
                    "name one of its ports",
                );
            }
        }
    }
}
